import type { Reader } from "../scenarios/open-scenarios.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { newFolderProblems, ofOneProblems, sharedFileProblems } from "./destination.ts";
import { metricsFileProblems } from "./metrics-file.ts";
import { OF_ONE_RUN, type PictureOrder } from "./picture-order.ts";
import { rowsFileProblems } from "./rows-file.ts";

/** Output files of a run, with their options. */
export interface RunFiles {
  readonly out?: string;
  readonly html?: string;
  readonly timeline?: boolean;
  readonly svg?: readonly PictureOrder[];
  readonly spans?: string;
  readonly requests?: string;
  readonly experts?: string;
  readonly perExpert?: boolean;
  readonly metrics?: string;
  readonly metricsEvery?: number;
  readonly metricsOnly?: string;
  readonly replications?: number;
  readonly precision?: number;
}

const ONE_SEED = "one seed, as this is of a single run: no --replications or --precision, and --seed for another one than the scenario's";

/** Problems of the output files of a run of `readers`, legal or not; `--out` writes `outFiles`. */
export function runFileProblems(
  readers: readonly Reader[],
  {
    out,
    html,
    timeline = false,
    svg = [],
    spans,
    requests,
    experts,
    perExpert,
    metrics,
    metricsEvery,
    metricsOnly,
    replications = 1,
    precision,
  }: RunFiles,
  outFiles: readonly string[] = [],
): LocatedProblem[] {
  const problems = out === undefined ? [] : newFolderProblems(out);
  if (html !== undefined) problems.push(...ofOneProblems("--html", html, readers.length));
  if (timeline && html === undefined) problems.push(wrongValue("--timeline", "", "no --html", "it beside --html FILE"));
  for (const { file } of svg) problems.push(...ofOneProblems("--svg", file, readers.length));
  if (spans !== undefined) problems.push(...ofOneProblems("--spans", spans, readers.length));
  if (requests !== undefined) problems.push(...rowsFileProblems("--requests", requests, readers.length));
  if (experts !== undefined) problems.push(...rowsFileProblems("--experts", experts, readers.length));
  if (metrics !== undefined) problems.push(...metricsFileProblems(metrics, readers.length));
  for (const [option, value] of [
    ["--metrics-every", metricsEvery],
    ["--metrics-only", metricsOnly],
  ] as const)
    if (value !== undefined && metrics === undefined) problems.push(wrongValue(option, "", "no --metrics", "it beside --metrics"));
  const destinations = [
    ["--spans", spans],
    ["--requests", requests],
    ["--experts", experts],
    ["--metrics", metrics],
  ] as const;
  problems.push(
    ...sharedFileProblems(readers, [["--html", html], ...svg.map(({ file }) => ["--svg", file] as const), ...destinations], outFiles),
  );
  const ofOneRun = [
    ...destinations,
    ...OF_ONE_RUN.map((kind) => [`--svg ${kind}`, svg.find((each) => each.kind === kind)?.file] as const),
    ["--timeline", timeline ? "" : undefined],
    ["--per-expert", perExpert === true ? "" : undefined],
  ] as const;
  for (const [option, given] of ofOneRun) {
    if (given === undefined) continue;
    if (replications > 1) problems.push(wrongValue(option, "", `${replications} replications`, ONE_SEED));
    if (precision !== undefined) problems.push(wrongValue(option, "", "--precision", ONE_SEED));
  }
  return problems;
}

/** Whether an output of a single run is requested. */
export function isOfOneRun({ timeline, svg = [], spans, requests, experts, perExpert, metrics }: RunFiles): boolean {
  return (
    perExpert === true ||
    timeline === true ||
    svg.some(({ kind }) => OF_ONE_RUN.includes(kind)) ||
    [spans, requests, experts, metrics].some((file) => file !== undefined)
  );
}
