import type { Problem, Sources } from "@tokenyard/scenario";
import { type LocatedProblem, locatedProblem } from "../terminal/located-problem.ts";
import type { GivenScenario } from "./given-text.ts";

/**
 * The problems of one scenario in the order of its lines, then those of other files and of options; among several scenarios, an option
 * names its own. A launch has its own lines: `problemsOf` maps problems of its scenario to them.
 */
export function inOrderOfPlaces(
  problems: readonly Problem[],
  name: string,
  sources: Sources | undefined,
  several: boolean,
  problemsOf: GivenScenario["problemsOf"],
): LocatedProblem[] {
  const rank = ({ file }: LocatedProblem) => (file === name ? 0 : file.startsWith("--") ? 2 : 1);
  const all = problems.map((problem) => ({ problem, at: locatedProblem(problem, name, sources) }));
  const isOfLaunch = ({ at }: { readonly at: LocatedProblem }) => problemsOf !== undefined && at.file === name;
  const ofLaunch = problemsOf?.(all.filter(isOfLaunch).map(({ problem }) => problem)) ?? [];
  return [...ofLaunch, ...all.filter((each) => !isOfLaunch(each)).map(({ at }) => at)]
    .sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
    .map((problem) => (several && rank(problem) === 2 ? { ...problem, file: `${name} ${problem.file}` } : problem));
}
