import {
  costOf,
  draftRefusal,
  ENGINES,
  type Engine,
  type FlagValue,
  flagLeaves,
  flagValue,
  knownFlag,
  type Layout,
  type PresetNames,
  poolAlone,
  type Scenario,
  settingsBy,
} from "@tokenyard/scenario";
import type { ImportProblem } from "../place.ts";
import { draftsOf, type FlagGivers, isParallel, needsName } from "./given.ts";
import { SGLANG_GIVERS } from "./sglang-flags.ts";
import { TRTLLM_GIVERS } from "./trtllm-flags.ts";
import { VLLM_GIVERS } from "./vllm-flags.ts";

/** A server as it has to be launched for a role of a scenario. */
export interface Server {
  readonly engine: Engine;
  readonly role: "all" | "prefill" | "decode";
  readonly layout: Layout;
  /** Copies of it, each launched by itself. */
  readonly copies: number;
  /** In the order of the table; those that hold unasked are left out. */
  readonly flags: ReadonlyMap<string, FlagValue>;
  /** Flags that the scenario states and no simulation has, each with what that costs. */
  readonly ignored: readonly { readonly name: string; readonly value: FlagValue; readonly cost: string }[];
}

const GIVERS: Readonly<Record<Engine["name"], FlagGivers>> = { vllm: VLLM_GIVERS, sglang: SGLANG_GIVERS, trtllm: TRTLLM_GIVERS };

/** The flag that names a draft. */
const DRAFT_NAMES: Readonly<Record<Engine["name"], string>> = {
  vllm: "speculative-config.model",
  sglang: "speculative-draft-model-path",
  trtllm: "speculative_config.speculative_model",
};

/** The servers of `scenario`: one, or one of each pool. What `name` cannot do goes to `problems`, by key; what it does otherwise to `remarks`. */
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

/** What no launch of `engine` can have. */
function refusals({ serving, parallelism, rebalance, routing, expertCache }: Scenario, { name, title }: Engine): ImportProblem[] {
  const problems: ImportProblem[] = [];
  const refuse = (subject: string, given: string, wanted: string) => problems.push({ subject, given, wanted });
  const kinds = name === "sglang" ? ["prefill-first", "continuous"] : ["continuous"];
  if (!kinds.includes(serving.scheduler.kind))
    refuse("serving.scheduler", `${serving.scheduler.kind}, which ${title} does not have`, kinds.join(" or "));
  if (parallelism.layers === "own-ranks") refuse("parallelism.layers", `own-ranks, which ${title} does not have`, "shared-ranks");
  if ((parallelism.interleave ?? 1) > 1)
    refuse("parallelism.interleave", `${parallelism.interleave} slices of a stage, which ${title} does not have`, "1");
  if (rebalance?.kind === "greedy") refuse("rebalance", `greedy, which ${title} does not have`, "eplb");
  if (routing.placement?.kind === "map" || routing.placement?.kind === "packed")
    refuse("routing.placement", `${routing.placement.kind}, which no flag says`, "contiguous, round-robin or redundant");
  if (expertCache !== undefined) refuse("expertCache", `experts outside the GPU, which ${title} does not have`, "none");
  if (name === "trtllm" && serving.overlap.kind !== "none") refuse("serving.overlap", `two-batch, which ${title} does not have`, "none");
  if (name === "trtllm" && rebalance !== undefined) refuse("rebalance", "eplb, which no flag of TensorRT-LLM says", "none");
  return problems;
}

function serverOf(
  scenario: Scenario,
  engine: Engine,
  role: Server["role"],
  parallelism: Scenario["parallelism"],
  names: PresetNames,
  draft: string | undefined,
  problems: ImportProblem[],
  remarks: string[],
): Server {
  const hasExperts = scenario.model.experts !== undefined;
  const { expert, tensor, pipeline, data } = parallelism;
  const attentionTensor = parallelism.attention?.tensor ?? tensor;
  const attention = {
    tensor: attentionTensor,
    data: parallelism.attention?.data ?? Math.max(1, Math.floor((expert * tensor) / attentionTensor)),
  };
  const layout: Layout = { attention, expert, tensor, pipeline, replicas: data };
  problems.push(...layoutRefusals(layout, engine, hasExperts, role), ...draftRefusals(scenario, engine, layout));
  const isGroupOf = engine.name === "sglang" ? attention.data === 1 && role === "all" : engine.name === "vllm" && !hasExperts;
  const own: Layout = isGroupOf ? layout : { ...layout, replicas: 1 };
  const stated = statedFlags(scenario, engine);
  const givers = GIVERS[engine.name];
  const given = new Map<string, FlagValue>();
  for (const { name } of engine.flags) {
    const value = givers[name]?.(scenario, own) ?? (givers[name] === undefined ? stated.get(name) : undefined);
    if (value !== undefined) given.set(name, value);
  }
  addDrafts(scenario, engine, own, names, stated, draft, given, problems);
  keepStated(engine, scenario, own, names, stated, given);
  const flags = needed(engine, scenario, own, names, given, stated, remarks);
  const ignored = engine.flags.flatMap((flag) => {
    const value = stated.get(flag.name);
    const cost = flag.keys === undefined || flag.stated !== undefined ? costOf(flag, value, scenario) : undefined;
    return value === undefined || cost === undefined ? [] : [{ name: flag.name, value, cost }];
  });
  return { engine, role, layout, copies: isGroupOf ? 1 : data, flags, ignored };
}

/** Whether a flag says something of drafts. */
function isOfDrafts(name: string): boolean {
  return name.startsWith("speculative");
}

/** The name of a draft that needs one; and drafts that the flags state and no key says, as they are. */
function addDrafts(
  scenario: Scenario,
  engine: Engine,
  layout: Layout,
  names: PresetNames,
  stated: ReadonlyMap<string, FlagValue>,
  draft: string | undefined,
  given: Map<string, FlagValue>,
  problems: ImportProblem[],
): void {
  const drafts = draftsOf(scenario);
  const flag = DRAFT_NAMES[engine.name];
  if (drafts === undefined) {
    if (settingsBy(engine, stated, scenario, names, layout).has("serving.speculation.kind")) {
      for (const name of [...given.keys()]) if (isOfDrafts(name)) given.delete(name); // the scenario turns them off
    } else for (const [name, value] of stated) if (isOfDrafts(name)) given.set(name, value);
  } else if (!needsName(scenario)) given.delete(flag);
  else if (draft !== undefined) given.set(flag, draft);
  else if (!given.has(flag) && !problems.some(({ subject }) => subject === "--draft"))
    problems.push({
      subject: "--draft",
      given: `${drafts.kind} without the name of a draft`,
      wanted: "--draft with its name or path, as the engine is given it",
    });
}

/** Puts what the scenario states of a flag in the place of what it was given, where both do the same. */
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

/** Drafts that no launch of `engine` has, or not with such degrees. */
function draftRefusals(scenario: Scenario, { name, title }: Engine, { pipeline, attention }: Layout): ImportProblem[] {
  const drafts = draftsOf(scenario);
  if (drafts === undefined) return [];
  const subject = "serving.speculation";
  const version = scenario.engine?.name === name ? scenario.engine.version : undefined;
  const refused = draftRefusal(name, drafts.kind, version, { pipeline, dataGroups: attention.data });
  if (refused !== undefined) return [{ subject, ...refused }];
  if (isParallel(scenario) && (name === "sglang" || (name === "trtllm" && drafts.kind === "eagle")))
    return [{ subject: `${subject}.drafting`, given: `parallel, which no flag of ${title} says of ${drafts.kind}`, wanted: "sequential" }];
  if (drafts.depths !== undefined && name === "sglang")
    return [{ subject: `${subject}.depths`, given: "drafts by the batch, which SGLang does not have", wanted: "tokens alone" }];
  return [];
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

function layoutRefusals(
  { attention, expert, tensor }: Layout,
  { name, title }: Engine,
  hasExperts: boolean,
  role: Server["role"],
): ImportProblem[] {
  const subject = role === "all" ? "parallelism" : `pools (${role}) parallelism`;
  const ranks = attention.tensor * attention.data;
  if (!hasExperts && attention.data > 1)
    return [
      {
        subject,
        given: `${attention.data} data groups of a dense model, which ${title} launches as instances`,
        wanted: "parallelism.data in place of attention.data",
      },
    ];
  if (name === "vllm" && hasExperts && !(expert === ranks && tensor === 1) && !(expert === 1 && tensor === ranks))
    return [
      {
        subject,
        given: `experts over ${expert} × ${tensor} ranks, which ${title} does not have`,
        wanted: `expert: ${ranks}, tensor: 1, or expert: 1, tensor: ${ranks}`,
      },
    ];
  if (name === "trtllm" && attention.data > 1 && attention.tensor > 1)
    return [
      {
        subject,
        given: `${attention.data} data groups of ${attention.tensor} ranks, which ${title} does not have`,
        wanted: `attention: { tensor: 1, data: ${ranks} } or { tensor: ${ranks}, data: 1 }`,
      },
    ];
  return [];
}

/** `given` less what holds unasked; keys that come out otherwise are told. */
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
    if (degrees.has(name) || stated.has(name) || isOfDrafts(name)) continue;
    const without = new Map([...flags].filter(([other]) => other !== name));
    if (isSame(settingsBy(engine, without, scenario, names, layout), whole)) flags = without;
  }
  for (const [path, value] of whole) {
    if (!SAID.test(path)) continue;
    const own = valueAt(scenario, path.split("."));
    if (JSON.stringify(own) !== JSON.stringify(value))
      remarks.push(`${path}: ${engine.title} has ${text(value)}, the scenario ${text(own)}`);
  }
  return flags;
}

/** Keys that a launch is about. */
const SAID =
  /^(?:serving\.(?:scheduler|speculation\.(?:kind|tokens|depths|drafting)|kv|overlap|batchSizes|stepsAhead|receiveInterval|batchWait|dataGroups)|routing\.(?:exchange|dispatch|placement|sequenceParallel)|rebalance|cluster\.gpu\.memoryShare|model\.precision)/;

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
  return value === undefined ? "none" : Array.isArray(value) ? `${value[0]} … ${value.at(-1)}` : String(value);
}
