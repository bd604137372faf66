import { Problems, parseScenario, type ReadPieces, resolvedOf, type Scenario, type WorkloadSpec } from "@tokenyard/scenario";
import { loadOptionProblems, withLoad } from "../asked-loads/asked-load.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import type { Simulation } from "../runs/simulation.ts";
import { withWholeTracePath } from "../scenarios/files-beside.ts";
import { openScenarios } from "../scenarios/open-scenarios.ts";
import { type LocatedProblem, locatedProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { ObserveOptions } from "./observe-options.ts";

/** The load that a server is put under, and the scenario that has it, where one is given. */
export interface ObservedLoad {
  readonly workload: WorkloadSpec;
  readonly seed: number;
  readonly readPieces?: ReadPieces;
  /** The workload as a scenario writes it. */
  readonly tree: { readonly kind: string };
  readonly scenario?: Scenario;
  /** GPUs of its plan. */
  readonly gpus?: number;
}

const REQUESTS = 100;
/** Lengths and loads are those of a scenario's workload, and checked as one; no model or GPU is asked for anything. */
const FRAME = { tokenyard: 1, name: "observe", model: { preset: "llama-3.1-8b" }, cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" } };

/** The load of `options`; its mistakes go into `problems`. Throws BadInput for a scenario with mistakes. */
export async function observedLoad(
  options: ObserveOptions,
  terminal: Terminal,
  hall: () => Promise<Simulation>,
  problems: LocatedProblem[],
): Promise<ObservedLoad | undefined> {
  problems.push(...loadOptionProblems(options));
  if (problems.length > 0) return undefined;
  const { scenario: file } = options;
  if (file === undefined) return ofOptions(options, problems);
  for (const [option, value] of Object.entries({ "--prompt": options.prompt, "--output": options.output, "--requests": options.requests }))
    if (value !== undefined) problems.push(wrongValue(option, "", String(value), "no lengths beside --scenario, which has its own"));
  const simulation = await hall();
  const { set, seed, plugin, allowPlugins } = options;
  const changes = {
    ...(set === undefined ? {} : { set }),
    ...(seed === undefined ? {} : { seed }),
    ...(plugin === undefined ? {} : { plugin }),
    ...(allowPlugins === undefined ? {} : { allowPlugins }),
  };
  const [opened] = await openScenarios([file], changes, terminal, simulation);
  const given = withWholeTracePath(withLoad(opened!.given, options, problems), file);
  const refused = unobservable(given);
  if (refused !== undefined) throw opened!.refused([{ path: ["workload"], ...refused }]);
  const gpus = opened!.setup.pools.reduce((sum, { plan }) => sum + plan.ranks, 0);
  return { ...loadOf(given), scenario: given, gpus, readPieces: (path) => opened!.readPieces(path) };
}

function ofOptions(options: ObserveOptions, problems: LocatedProblem[]): ObservedLoad | undefined {
  const { rate, users, think, prompt, output, requests = REQUESTS, seed = 1 } = options;
  const missing = [
    ...(rate === undefined && users === undefined ? ["--rate '4 requests/s' or --users 8"] : []),
    ...(prompt === undefined ? ["--prompt TOKENS"] : []),
    ...(output === undefined ? ["--output TOKENS"] : []),
  ];
  if (missing.length > 0) problems.push(wrongValue("observe", "", "no --scenario", `one, or ${missing.join(", ")}`));
  if (options.set !== undefined) problems.push(wrongValue("--set", "", options.set.join(" "), "--scenario beside it"));
  if (problems.length > 0) return undefined;
  const lengths = { promptTokens: prompt, outputTokens: output, requests };
  const load =
    users === undefined
      ? { kind: "open", rate }
      : { kind: "closed", concurrency: users, ...(think === undefined ? {} : { thinkTime: think }) };
  try {
    return loadOf(parseScenario({ ...FRAME, seed, workload: { ...load, ...lengths } }));
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    throw new BadInput(error.problems.map((problem) => locatedProblem(problem, "observe")));
  }
}

function loadOf(scenario: Scenario): Pick<ObservedLoad, "workload" | "seed" | "tree"> {
  const { workload } = resolvedOf(scenario) as { readonly workload: ObservedLoad["tree"] };
  return { workload: scenario.workload, seed: scenario.seed, tree: workload };
}

/** Problem of a workload that cannot be sent to a server; undefined: none. */
function unobservable({ workload, policies = [] }: Scenario): { readonly given: string; readonly wanted: string } | undefined {
  const own = policies.find(({ door }) => door === "workload");
  if (own !== undefined)
    return {
      given: `${own.kind}, of plug-in ${own.plugin}`,
      wanted: "a load of Tokenyard: what is written of a run says its load in these words",
    };
  if (workload.kind === "steady-decode")
    return { given: "steady-decode", wanted: "requests from their begin: no server can be asked to go on in the midst of answers" };
  const classes = "classes" in workload ? (workload.classes ?? []) : [];
  if ([workload, ...classes].some((each) => "cachedTokens" in each && each.cachedTokens !== undefined))
    return { given: "cachedTokens", wanted: "a prefix or sessions: what lies in a server's cache cannot be asked for" };
  return undefined;
}

/** The load as measured runs have it: by the words of other tools where these fit. */
export function measuredLoad(workload: WorkloadSpec): NonNullable<MeasuredRun["load"]> {
  if (workload.kind === "batch") return { kind: "closed", concurrency: workload.sequences };
  if (workload.kind === "closed" && !workload.rampUp && workload.thinkTime.kind === "fixed" && workload.thinkTime.value === 0)
    return { kind: "closed", concurrency: workload.concurrency };
  if (workload.kind === "open" && workload.rate !== undefined && workload.arrivals.kind === "poisson")
    return { kind: "open", requestsPerSecond: workload.rate, burstiness: 1, concurrency: null };
  return { kind: "scenario" };
}
