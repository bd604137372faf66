import { metricOf, type Problem, Problems, parseQuantity, type Scenario, targetsOf } from "@tokenyard/scenario";
import { condition, designProblems, type Formula, type OptimizeOptions, RESULT_WORDS, searchProblems, varyOf } from "@tokenyard/study";
import { BadInput } from "../outcomes/bad-input.ts";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import type { ReadScenario } from "../scenarios/open-scenarios.ts";
import { type LocatedProblem, locatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { readFormulas } from "./study-view.ts";

/** Options of a search on the command line. */
export interface SearchOptions {
  /** Objectives to minimise or maximise, in the order of the command line. */
  readonly objectives: OptimizeOptions["objectives"];
  readonly subjectTo?: readonly string[];
  /** Whether the scenario's targets must be held beside `subjectTo`. */
  readonly targets?: boolean;
  readonly maxGpus?: number;
  /** Varied paths, each as `path=values`. */
  readonly vary?: readonly string[];
  /** Points, as `200`, seconds, as `90 s`, or a share of plans left out that may be better, as `5 %`. */
  readonly budget?: string;
  /** Whether plans may be left out by the formula of loads. */
  readonly formula?: boolean;
  /** Seeds over which the best plans are judged together. */
  readonly replications?: number;
}

/** A search, with the columns of its plans. */
export interface SearchPlan {
  readonly asked: Pick<OptimizeOptions, "objectives" | "subjectTo" | "targets" | "maxGpus" | "vary" | "formula" | "replications">;
  /** Most points to run, most seconds to take, or the most of the plans left out by a formula that may be better. */
  readonly budget: { readonly points?: number; readonly seconds?: number; readonly mostBetter?: number };
  /** The objectives first, then numbers in the constraints, then a few common ones. */
  readonly formulas: readonly Formula[];
}

const ALSO = ["ttft", "throughputPerGpu", "gpus"];

/** Problems of `options` for any scenario. */
export function searchOptionProblems({ objectives, subjectTo = [], vary: varied, budget }: SearchOptions): LocatedProblem[] {
  const problems = aimlessProblems(objectives);
  const found: Problem[] = [];
  const vary = varied && varyOf(varied, found);
  if (vary !== undefined) found.push(...designProblems({ vary }));
  problems.push(
    ...found.map((problem) =>
      locatedProblem(problem.path[0] === "sweep" ? { ...problem, path: problem.path.slice(2) } : problem, "--vary"),
    ),
  );
  budgetOf(budget, problems);
  for (const { text, better } of objectives) readFormulas([text], better === "more" ? "--maximize" : "--minimize", problems);
  problems.push(...conditionProblems(subjectTo));
  return problems;
}

/** The conditions that are none, as given with --subject-to. */
export function conditionProblems(texts: readonly string[]): LocatedProblem[] {
  return texts.flatMap((text, i) => {
    try {
      condition(text, RESULT_WORDS);
      return [];
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      return error.problems.map((problem) => locatedProblem({ ...problem, path: [] }, `--subject-to ${i + 1}`));
    }
  });
}

function aimlessProblems(objectives: SearchOptions["objectives"]): LocatedProblem[] {
  if (objectives.length > 0) return [];
  return [wrongValue("--minimize", "", null, "something to make small, as gpus, or large with --maximize; or a load, as --users 500")];
}

/** The search that `options` ask for; its mistakes go into `problems`. */
export function searchPlan(read: ReadScenario, options: SearchOptions, problems: LocatedProblem[]): SearchPlan {
  const { scenario, readPieces } = read;
  const { objectives, subjectTo, targets, maxGpus, replications } = options;
  problems.push(...aimlessProblems(objectives));
  const found: Problem[] = [];
  const vary = options.vary && varyOf(options.vary, found);
  const asked = {
    objectives,
    ...(subjectTo === undefined ? {} : { subjectTo }),
    ...(targets === undefined ? {} : { targets }),
    ...(maxGpus === undefined ? {} : { maxGpus }),
    ...(vary === undefined ? {} : { vary }),
    ...(options.formula === false ? { formula: false } : {}),
    ...(replications === undefined ? {} : { replications }),
  };
  const seeds = replications === undefined ? undefined : seedsProblem(scenario, replications);
  if (seeds !== undefined) problems.push(wrongValue("--replications", "", String(replications), seeds));
  problems.push(...found.map((problem) => locatedProblem(problem, "--vary")));
  const own = searchProblems(scenario, { ...asked, readPieces }).filter(({ path }) => path.length !== 1 || path[0] !== "objectives"); // that there are none is said
  problems.push(...refusedSearch(own, options, read).problems);
  return {
    asked,
    budget: budgetOf(options.budget, problems),
    formulas: searchFormulas(scenario, asked),
  };
}

/** Problems of the search itself, each at its option, or at its place in the file. */
export function refusedSearch(
  problems: readonly Problem[],
  { vary = [], subjectTo, objectives }: SearchOptions,
  { refused }: ReadScenario,
): BadInput {
  const paths = vary.map((text) => text.slice(0, text.indexOf("=")).trim());
  const located = problems.flatMap((problem): readonly LocatedProblem[] => {
    const { path } = problem;
    const [head, ...rest] = path;
    if (head === "objectives" && rest.length > 0) {
      const option = objectives[Number(rest[0])]?.better === "more" ? "--maximize" : "--minimize";
      return [locatedProblem({ ...problem, path: [] }, option)];
    }
    if (head === "subjectTo" && subjectTo !== undefined)
      return [locatedProblem({ ...problem, path: [] }, `--subject-to ${Number(rest[0]) + 1}`)];
    if (head === "vary") return [locatedProblem({ ...problem, path: rest }, "--vary")];
    if (head === "sweep") return [locatedProblem({ ...problem, path: rest.slice(1) }, "--vary")];
    const named = path.join(".");
    if (paths.some((varied) => varied === named || (named !== "" && varied.startsWith(`${named}.`))))
      return [locatedProblem(problem, "--vary")];
    return refused([problem]).problems;
  });
  return new BadInput(located, refused([]).texts);
}

function budgetOf(text: string | undefined, problems: LocatedProblem[]): SearchPlan["budget"] {
  if (text === undefined) return {};
  if (/^\d+$/.test(text) && Number(text) >= 1) return { points: Number(text) };
  const share = /%\s*$/.test(text) ? parseQuantity(text, "%") : undefined;
  if (typeof share === "number" && share > 0 && share < 1) return { mostBetter: share };
  const seconds = parseQuantity(text, "s");
  if (typeof seconds === "number" && seconds > 0) return { seconds };
  problems.push(
    wrongValue("--budget", "", text, "points, as 200, seconds, as '90 s', or the most of the plans left out that may be better, as '5 %'"),
  );
  return {};
}

/** Columns of a search's table: its objectives first, then numbers in its constraints. */
export function searchFormulas(scenario: Scenario, { objectives, subjectTo }: Pick<SearchOptions, "objectives" | "subjectTo">): Formula[] {
  return readFormulas([...objectives.map(({ text }) => text), ...boundMetrics(scenario, subjectTo), ...ALSO], "--minimize", []);
}

/** The metrics that constraints speak of; the search reports a mistake in one. */
function boundMetrics(scenario: Scenario, subjectTo: readonly string[] = []): string[] {
  const names = subjectTo.flatMap((text) => {
    try {
      return condition(text, RESULT_WORDS).names;
    } catch (error) {
      if (error instanceof Problems) return [];
      throw error;
    }
  });
  return [...names.filter((name) => metricOf(name) !== undefined), ...targetsOf(scenario).map(({ metric }) => metric.name)];
}
