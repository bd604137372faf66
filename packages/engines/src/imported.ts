import { begunFlags, costOf, type Engine, engineNotes, type LoadedScenario, resolvedOf } from "@tokenyard/scenario";
import { assumptionsOf, benchmarkLoad, type ImportOptions, USUAL } from "./import-options.ts";
import type { Benchmark } from "./instance.ts";
import type { Deployment } from "./plan/deployment.ts";
import { refusedLengths } from "./plan/longest-context.ts";
import { type Assumptions, type ScenarioModel, stateText } from "./plan/scenario-text.ts";

/** A scenario made from a launch, with the fate of each flag. */
export interface Imported {
  readonly text: string;
  readonly loaded: LoadedScenario;
  readonly deployment: Deployment;
  /** Flags that are simulated, with the keys that they set. */
  readonly taken: readonly string[];
  /** Values that the engine has unasked. */
  readonly byDefault: readonly string[];
  /** Flags that are not simulated, with the consequences. */
  readonly notModelled: readonly string[];
  /** What the launch leaves open, and other remarks. */
  readonly assumed: readonly string[];
}

/** How many drafts are accepted, which no launch says. */
function acceptanceIn(assumed: LoadedScenario["scenario"]["assumed"]): readonly string[] {
  return assumed.flatMap((each) =>
    typeof each === "object" && "because" in each && each.path === "serving.speculation.acceptance"
      ? [`accepted drafts: ${each.because}`]
      : [],
  );
}

/** Whether a flag says something of drafts, of which there are none. */
function isOfDraftsAlone(keys: readonly string[] = [], speculation: object | undefined): boolean {
  return speculation === undefined && keys.length > 0 && keys.every((key) => key.startsWith("serving.speculation."));
}

/** Consequence of a flag by what the scenario assumes: drafts that are left out, such as trees that an engine uses by default. */
function costIn(assumed: LoadedScenario["scenario"]["assumed"], name: string): string | undefined {
  const found = assumed.find((each) => typeof each === "object" && each.path === `engine.flags.${name}`);
  return typeof found === "object" && "because" in found ? found.because : undefined;
}

const MOST_BEGUN = 4;

/** Text of the flags that `name` may abbreviate; undefined if there are none. */
function begunText(engine: Engine, name: string): string | undefined {
  const begun = begunFlags(engine, name);
  if (begun.length === 0) return undefined;
  const more = begun.length > MOST_BEGUN ? " and more" : "";
  return `left out: the beginning of ${begun
    .slice(0, MOST_BEGUN)
    .map((flag) => `--${flag}`)
    .join(", ")}${more}, which the server refuses`;
}

/** The fate of the flags of `deployment`, and the assumptions. */
export function listsOf(
  deployment: Deployment,
  { scenario }: LoadedScenario,
  model: ScenarioModel,
  options: ImportOptions,
  benchmark: Benchmark = {},
): Pick<Imported, "taken" | "byDefault" | "notModelled" | "assumed"> {
  const { flags, engine, roles, version, unknown, remarks } = deployment;
  const stated = [...flags.values(), ...roles.flatMap((role) => [...role.flags.values()])];
  const degrees = roles.map(({ role, layout, copies }) => {
    const { attention, expert, tensor, pipeline, context = 1 } = layout;
    const ranks = attention.tensor * attention.data * pipeline;
    const parts = `attention ${attention.tensor} × ${attention.data}, experts ${expert} × ${tensor}${pipeline > 1 ? `, ${pipeline} pipeline stages` : ""}`;
    return `${role === "all" ? "degrees" : role}: ${copies} × ${ranks} GPUs (${scenario.model.experts === undefined ? `tensor ${layout.tensor}${pipeline > 1 ? ` × ${pipeline} pipeline stages` : ""}` : parts}${context > 1 ? `, contexts shared by ${context}` : ""})`;
  });
  const taken = stated.flatMap(({ flag, value }) =>
    flag.sets === undefined || isOfDraftsAlone(flag.keys, scenario.serving.speculation)
      ? []
      : [`${stateText(flag.name, value)} → ${flag.keys!.join(", ")}`],
  );
  const ofDegrees = new Map(roles.flatMap((role) => role.degrees.map((each) => [`${each.flag.name} ${each.value}`, each] as const)));
  const costs = [...stated, ...ofDegrees.values()].flatMap(({ flag, value }) => {
    const cost = costOf(flag, value, scenario) ?? costIn(scenario.assumed, flag.name);
    return cost === undefined ? [] : [`${stateText(flag.name, value)}: ${cost.replace(/^not modelled; /, "")}`];
  });
  const others = unknown.map(({ name, value }) => {
    const why = begunText(engine, name) ?? "not in the table of flags, so that its cost is not known";
    return `--${name}${value === "" ? "" : ` ${value}`}: ${why}`;
  });
  const { set = {} } = scenario.engine ?? {};
  const isDefault = (path: string) => !set[path]?.startsWith("--");
  const resolved = resolvedOf(scenario) as { engine: { set: Readonly<Record<string, string>> } };
  const defaults = Object.fromEntries(Object.entries(set).filter(([path]) => isDefault(path)));
  const byDefault = engineNotes({ ...resolved, engine: { ...resolved.engine, set: defaults } })?.values ?? [];
  const load = benchmarkLoad(options, benchmark);
  const said: Partial<Assumptions> = {
    ...(benchmark.gpu === undefined ? {} : { gpu: benchmark.gpu }),
    ...(benchmark.load === undefined ? {} : { prompt: String(benchmark.load.prompt), output: String(benchmark.load.output) }),
    ...(load === undefined ? {} : { rate: "" }), // clients wait for answers
  };
  const usual = Object.keys(USUAL).flatMap((key) => {
    const name = key as keyof Assumptions;
    return options[name] === undefined && said[name] === undefined ? [`--${name} ${USUAL[name]}`] : [];
  });
  const ofBenchmark = [
    ...(benchmark.gpu === undefined || options.gpu !== undefined ? [] : [`resources.gpu_type ${benchmark.gpu} → cluster.gpu`]),
    ...(load === undefined
      ? []
      : [`benchmark: ${load.concurrency} clients, prompts of ${load.prompt} and answers of ${load.output} tokens → workload`]),
  ];
  const assumed = [
    ...(usual.length === 0 ? [] : [`the launch does not say: ${usual.join(", ")}`]),
    ...(version.isAssumed ? [`version ${version.text} of ${engine.title}: the launch names none that is known`] : []),
    ...("because" in model && model.because !== undefined ? [model.because] : []),
    ...acceptanceIn(scenario.assumed),
    ...foreignKernels(scenario, engine.title, assumptionsOf(options, benchmark).gpu),
    ...remarks,
    ...(deployment.longest === undefined ? [] : refusedLengths(deployment.longest, scenario.workload)),
  ];
  return { taken: [...degrees, ...taken, ...ofBenchmark], byDefault, notModelled: [...costs, ...others], assumed };
}

/** GPU whose kernels stand in for a GPU on which this engine was not measured. */
function foreignKernels(
  { assumed, cluster: { gpu, kernels } }: LoadedScenario["scenario"],
  engine: string,
  name: string,
): readonly string[] {
  const lacking = `kernels of ${engine}: none was measured on ${name}`;
  if (kernels.kind === "roofline") return [`${lacking}; times are those of its datasheet, at assumed efficiencies`];
  if (!assumed.includes("cluster.gpu.fits")) return [];
  const others = [...new Set((gpu.fits ?? []).map(({ on }) => on))].join(" and ");
  return [`${lacking}; those of ${others} are scaled by its datasheet`];
}
