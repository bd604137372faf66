import { Problems, parseQuantity, parseScenario, resolvedOf, type Scenario, type WorkloadSpec } from "@tokenyard/scenario";
import type { SearchOptions } from "../studies/search-plan.ts";
import { type LocatedProblem, locatedProblem, wrongValue } from "../terminal/located-problem.ts";

/** Load that a command line states in place of the scenario's. */
export interface LoadOptions {
  /** Requests a second, as `20 requests/s`. */
  readonly rate?: string;
  /** Users of a closed loop, and how long each thinks after an answer, as `30 s`. */
  readonly users?: number;
  readonly think?: string;
}

/** Requests of each user, at least. */
const REQUESTS_OF_USER = 4;
const REQUESTS = 1000;
const KEPT = ["promptTokens", "outputTokens", "cachedTokens", "correlation", "pairs", "classes", "prefix", "client"] as const;

/** Problems of `options` for any scenario. */
export function loadOptionProblems({ rate, users, think }: LoadOptions): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  if (rate !== undefined && !isPositive(rate, "requests/s"))
    problems.push(wrongValue("--rate", "", rate, "a rate, such as '20 requests/s'"));
  if (rate !== undefined && users !== undefined) problems.push(wrongValue("--users", "", String(users), "either --rate or --users"));
  if (think !== undefined && users === undefined) problems.push(wrongValue("--think", "", think, "--users beside it"));
  else if (think !== undefined && typeof parseQuantity(think, "s") !== "number")
    problems.push(wrongValue("--think", "", think, "a time, such as '30 s'"));
  return problems;
}

/** Whether `options` ask for a load. */
export function isLoadAsked({ rate, users }: LoadOptions): boolean {
  return rate !== undefined || users !== undefined;
}

/** `options` with an objective, if they ask how many GPUs carry a load and state none. */
export function withObjective<Options extends LoadOptions & Pick<SearchOptions, "objectives">>(options: Options): Options {
  if (options.objectives.length > 0 || !isLoadAsked(options)) return options;
  return { ...options, objectives: [{ text: "gpus", better: "less" }] };
}

/** `scenario` under the load of `options`, with the lengths of its own; its mistakes go into `problems`. */
export function withLoad(scenario: Scenario, options: LoadOptions, problems: LocatedProblem[]): Scenario {
  const { rate, users, think = "0 s" } = options;
  if (rate === undefined && users === undefined) return scenario;
  const option = rate === undefined ? "--users" : "--rate";
  const { workload } = scenario;
  if (workload.kind === "trace" || workload.kind === "sessions" || workload.kind === "steady-decode") {
    problems.push(wrongValue(option, "", rate ?? String(users), `a scenario with lengths of single requests, not ${workload.kind}`));
    return scenario;
  }
  const tree = resolvedOf(scenario) as { readonly workload: Readonly<Record<string, unknown>>; readonly measure?: object };
  const lengths = Object.fromEntries(KEPT.flatMap((key) => (tree.workload[key] === undefined ? [] : [[key, tree.workload[key]]])));
  const own = requestsOf(workload);
  const { arrivals, duration, requests } = tree.workload;
  const ends =
    workload.kind === "open" ? { requests, duration, ...(workload.arrivals.kind === "stages" ? {} : { arrivals }) } : { requests: own };
  const load =
    users === undefined
      ? { kind: "open", rate, ...Object.fromEntries(Object.entries(ends).filter(([, value]) => value !== undefined)) }
      : closedOf(users, think, Math.max(own, REQUESTS_OF_USER * users));
  const measure = users === undefined ? {} : { measure: { ...tree.measure, warmUp: warmUpOf(scenario, users, own) } };
  try {
    return parseScenario({ ...tree, ...measure, workload: { ...lengths, ...load } });
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    problems.push(...error.problems.map((problem) => locatedProblem(problem, option)));
    return scenario;
  }
}

/** Settings that give `given` the load of `asked`, as `--set` options; none if it has that load. */
export function loadSettings(given: Scenario, asked: Scenario): string[] {
  const [from, to] = [given, asked].map((scenario) => resolvedOf(scenario) as Readonly<Record<string, Readonly<Record<string, unknown>>>>);
  return ["workload", "measure"].flatMap((section) => {
    const [before, after] = [from![section] ?? {}, to![section] ?? {}];
    if (before["kind"] !== after["kind"]) return [`${section}=${JSON.stringify(after)}`]; // of another kind, what stands in the file is not kept
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
    );
    return changed.map((key) => `${section}.${key}=${JSON.stringify(after[key] ?? null)}`);
  });
}

/** Users think at random: with equal times they would come back together for ever. */
function closedOf(users: number, think: string, requests: number): object {
  const isNone = parseQuantity(think, "s") === 0;
  return { kind: "closed", concurrency: users, requests, thinkTime: isNone ? think : { kind: "exponential", mean: think } };
}

/** The first request of each user does not count, as all of them come at once. */
function warmUpOf({ measure }: Scenario, users: number, own: number): string {
  const first = users / Math.max(own, REQUESTS_OF_USER * users);
  return `${Math.max(measure?.warmUp ?? 0, first) * 100} %`;
}

function requestsOf(workload: Exclude<WorkloadSpec, { kind: "trace" | "sessions" | "steady-decode" }>): number {
  return workload.kind === "batch" ? workload.sequences : (workload.requests ?? REQUESTS);
}

function isPositive(text: string, unit: "requests/s"): boolean {
  const value = parseQuantity(text, unit);
  return typeof value === "number" && value > 0;
}
