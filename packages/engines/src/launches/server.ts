import {
  contextQueriesRefusal,
  contextRefusal,
  costOf,
  ENGINES,
  type Engine,
  type FlagValue,
  flagLeaves,
  flagValue,
  isOfDrafts,
  knownFlag,
  type Layout,
  layoutRefusal,
  type PresetNames,
  poolAlone,
  type Scenario,
  settingsBy,
} from "@tokenyard/scenario";
import type { ImportProblem } from "../place.ts";
import { withVariables } from "../variables.ts";
import { carriedFlags, lowerOthersShare } from "./carried.ts";
import { dispatchRoom } from "./dispatch-room.ts";
import { addDrafts, draftRefusals } from "./drafts.ts";
import type { FlagGivers, ServerRole } from "./given.ts";
import { refusals } from "./refusals.ts";
import { SGLANG_GIVERS } from "./sglang-flags.ts";
import { TRTLLM_GIVERS } from "./trtllm-flags.ts";
import { VLLM_GIVERS } from "./vllm-flags.ts";

/** A server as it has to be launched for a role of a scenario. */
export interface Server {
  readonly engine: Engine;
  readonly role: ServerRole;
  readonly layout: Layout;
  /** Copies of it, each launched by itself. */
  readonly copies: number;
  /** Flags in the order of the table; those that hold by default are left out. */
  readonly flags: ReadonlyMap<string, FlagValue>;
  /** Variables that its ranks need. */
  readonly environment: Readonly<Record<string, string>>;
  /** Flags that the scenario states and no simulation has, each with the consequences. */
  readonly ignored: readonly { readonly name: string; readonly value: FlagValue; readonly cost: string }[];
}

const GIVERS: Readonly<Record<Engine["name"], FlagGivers>> = { vllm: VLLM_GIVERS, sglang: SGLANG_GIVERS, trtllm: TRTLLM_GIVERS };

/**
 * The servers of `scenario`: one, or one of each pool. Keys that `name` cannot have are added to `problems`, those it treats differently to
 * `remarks`.
 */
export function serversOf(
  scenario: Scenario,
  name: Engine["name"],
  names: PresetNames,
  draft: string | undefined,
  problems: ImportProblem[],
  remarks: string[],
): readonly Server[] {
  const engine = ENGINES[name];
  problems.push(...refusals(scenario, engine));
  const { pools } = scenario;
  if (pools === undefined) return [serverOf(scenario, engine, "all", scenario.parallelism, names, draft, problems, remarks)];
  return (["prefill", "decode"] as const).flatMap((role) => {
    const at = pools.findIndex((each) => each.role === role);
    if (at < 0) return [];
    const alone = poolAlone(scenario, at);
    return [serverOf(alone, engine, role, alone.parallelism, names, draft, problems, remarks)];
  });
}

function serverOf(
  scenario: Scenario,
  engine: Engine,
  role: ServerRole,
  parallelism: Scenario["parallelism"],
  names: PresetNames,
  draft: string | undefined,
  problems: ImportProblem[],
  remarks: string[],
): Server {
  const hasExperts = scenario.model.experts !== undefined;
  const { expert, tensor, pipeline, data, context = 1, contextQueries } = parallelism;
  const attentionTensor = parallelism.attention?.tensor ?? tensor;
  const attention = {
    tensor: attentionTensor,
    data: parallelism.attention?.data ?? Math.max(1, Math.floor((expert * tensor) / attentionTensor)),
  };
  const layout: Layout = { attention, expert, tensor, pipeline, context, replicas: data };
  const ofLayout = layoutRefusal(engine.name, scenario.model, layout);
  if (ofLayout !== undefined) problems.push({ subject: role === "all" ? "parallelism" : `pools (${role}) parallelism`, ...ofLayout });
  problems.push(...draftRefusals(scenario, engine, layout, names));
  const refused = context > 1 ? contextRefusal(engine.name, scenario.model, role) : undefined;
  if (refused !== undefined) problems.push({ subject: "parallelism.context", ...refused });
  const ofQueries = context > 1 && contextQueries !== undefined ? contextQueriesRefusal(engine.name, contextQueries) : undefined;
  if (ofQueries !== undefined) problems.push({ subject: "parallelism.contextQueries", ...ofQueries });
  const fitsNode = attentionTensor * attention.data * pipeline * data <= scenario.cluster.gpusPerNode;
  const isGroupOf = engine.name === "sglang" ? attention.data === 1 && role === "all" && fitsNode : engine.name === "vllm" && !hasExperts;
  const own: Layout = isGroupOf ? layout : { ...layout, replicas: 1 };
  const stated = statedFlags(scenario, engine);
  const givers = GIVERS[engine.name];
  const given = new Map<string, FlagValue>();
  const carried = carriedFlags(scenario, engine, stated);
  for (const { name } of engine.flags) {
    const value = givers[name]?.(scenario, own, role) ?? (givers[name] === undefined ? carried.get(name) : undefined);
    if (value !== undefined) given.set(name, value);
  }
  addDrafts(scenario, engine, own, names, stated, draft, given, problems);
  keepStated(engine, scenario, own, names, stated, given);
  lowerOthersShare(engine, scenario, own, names, given);
  const all = needed(engine, scenario, own, names, given, stated, remarks);
  const ignored = engine.flags.flatMap((flag) => {
    const value = stated.get(flag.name);
    const cost = flag.keys === undefined || flag.stated !== undefined ? costOf(flag, value, scenario) : undefined;
    return value === undefined || cost === undefined ? [] : [{ name: flag.name, value, cost }];
  });
  const { flags, environment: variables } = withVariables(engine.name, all);
  const environment = { ...variables, ...dispatchRoom(scenario, layout, role, flags, remarks) };
  return { engine, role, layout, copies: isGroupOf ? 1 : data, flags, environment, ignored };
}

/** Keeps the scenario's own statement of a flag if it has the same effect as the derived one. */
function keepStated(
  engine: Engine,
  scenario: Scenario,
  layout: Layout,
  names: PresetNames,
  stated: ReadonlyMap<string, FlagValue>,
  given: Map<string, FlagValue>,
): void {
  for (const [name, value] of stated) {
    const now = given.get(name);
    if (now === undefined || String(now) === String(value)) continue;
    const settings = (flags: ReadonlyMap<string, FlagValue>) => settingsBy(engine, flags, scenario, names, layout, true);
    if (isSame(settings(new Map([...given, [name, value]])), settings(given))) given.set(name, value);
  }
}

/** Flags that the scenario states for this engine, by their canonical names. */
function statedFlags({ engine: spec }: Scenario, engine: Engine): ReadonlyMap<string, FlagValue> {
  const stated = new Map<string, FlagValue>();
  if (spec?.name !== engine.name) return stated;
  for (const [name, raw] of flagLeaves(engine, spec.flags)) {
    const known = knownFlag(engine, name);
    if (known.kind !== "flag") continue;
    const reading = flagValue(known.flag, raw);
    if ("value" in reading) stated.set(known.flag.name, known.negated ? reading.value === false : reading.value);
  }
  return stated;
}

/** `given` without what holds by default; keys that come out differently are reported. */
function needed(
  engine: Engine,
  scenario: Scenario,
  layout: Layout,
  names: PresetNames,
  given: ReadonlyMap<string, FlagValue>,
  stated: ReadonlyMap<string, FlagValue>,
  remarks: string[],
): ReadonlyMap<string, FlagValue> {
  const degrees = new Set(engine.degrees);
  const isOne = (name: string) => degrees.has(name) && given.get(name) === 1;
  let flags = new Map([...given].filter(([name]) => !isOne(name)));
  const whole = settingsBy(engine, flags, scenario, names, layout);
  for (const name of [...flags.keys()].reverse()) {
    if (degrees.has(name) || stated.has(name) || isOfDrafts(name) || name === engine.withoutGraphs.flag) continue;
    const without = new Map([...flags].filter(([other]) => other !== name));
    if (isSame(settingsBy(engine, without, scenario, names, layout), whole)) flags = without;
  }
  for (const [path, value] of whole) {
    if (!SAID.test(path)) continue;
    const own = valueAt(scenario, path.split("."));
    if (JSON.stringify(own) !== JSON.stringify(value))
      remarks.push(`${path}: ${engine.title} has ${text(value)}, the scenario ${text(own)}`);
  }
  for (const [path, unset] of SOME) {
    const own = valueAt(scenario, path.split("."));
    if (own === undefined || own === unset || [...whole.keys()].some((set) => set === path || set.startsWith(`${path}.`))) continue;
    remarks.push(`${path}: ${engine.title} has ${text(unset)}, the scenario ${text(own)}`);
  }
  return flags;
}

/** Keys that a launch is about. */
const SAID =
  /^(?:serving\.(?:scheduler|speculation\.(?:kind|tokens|depths|tree|drafting)|kv|overlap|batchSizes|stepsAhead|receiveInterval|streamInterval|batchWait|dataGroups)|routing\.(?:exchange|dispatch|placement|sequenceParallel)|rebalance|cluster\.gpu\.memoryShare|model\.precision)/;

/** Keys that only some engines set, each with its value where none does. */
const SOME: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["routing.dispatch", "by-phase"],
  ["serving.kv.share", 1],
  ["serving.kv.admission", undefined],
  ["serving.kv.hostTier", undefined],
  ["serving.kv.blocks", undefined],
  ["serving.streamInterval", undefined],
  ["serving.receiveInterval", undefined],
  ["serving.batchWait", undefined],
  ["serving.dataGroups", undefined],
]);

function isSame(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a].every(([path, value]) => JSON.stringify(b.get(path)) === JSON.stringify(value));
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    tree,
  );
}

function text(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value)) return `${value[0]} … ${value.at(-1)}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
