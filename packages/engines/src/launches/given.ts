import {
  draftsInOnePass,
  type FlagValue,
  type Layout,
  mostDraftsOf,
  type Scenario,
  type SpeculationSpec,
  speculationOf,
  type TreeSpec,
  treeOf,
} from "@tokenyard/scenario";

/** Values that the flags of an engine need for a scenario; undefined if the flag is not needed. */
export type FlagGivers = Readonly<Record<string, (scenario: Scenario, layout: Layout, role: ServerRole) => FlagValue | undefined>>;

/** Requests that a server serves: both phases of them, or one. */
export type ServerRole = "all" | "prefill" | "decode";

/** The limits of a scheduler that serves requests as they come. */
export function limitsOf({ serving: { scheduler } }: Scenario): {
  readonly tokenBudget?: number;
  readonly maxSequences?: number;
  readonly order?: string;
} {
  return scheduler.kind === "static" ? {} : scheduler;
}

export function cacheFormatOf({ model: { precision } }: Scenario, names: Readonly<Record<string, string>>): string | undefined {
  return precision.kvCache === undefined ? undefined : names[precision.kvCache];
}

/** Spare slots of redundant experts. */
export function spareSlots({ routing: { placement } }: Scenario): number | undefined {
  return placement?.kind === "redundant" ? placement.spareSlots : undefined;
}

/** Drafts that a launch has to state; undefined where no step has one. */
export function draftsOf({ serving }: Scenario): SpeculationSpec | undefined {
  return speculationOf(serving);
}

/** Drafts of a step, at most. */
export function mostDrafts(scenario: Scenario): number {
  const drafts = draftsOf(scenario);
  return drafts === undefined ? 0 : mostDraftsOf(drafts);
}

/** The tree that the drafts of a step are; undefined where they follow each other, or there are none. */
export function treeIn(scenario: Scenario): TreeSpec | undefined {
  const drafts = draftsOf(scenario);
  return drafts === undefined ? undefined : treeOf(drafts);
}

/** Whether all drafts of a step are computed in one pass. */
export function isParallel(scenario: Scenario): boolean {
  const drafts = draftsOf(scenario);
  return drafts !== undefined && draftsInOnePass(drafts);
}

/** Whether an engine has to be given the name of a draft: no model has it in itself. */
export function needsName(scenario: Scenario): boolean {
  const kind = draftsOf(scenario)?.kind;
  return kind === "eagle" || kind === "draft-model";
}

/** The share of the memory that a server of `name` is started with: all of it is what TensorRT-LLM takes, and others cannot start with. */
export function memoryShareFor({ cluster, engine }: Scenario, name: string): number | undefined {
  const share = cluster.gpu.memoryShare;
  return share === 1 && engine?.name !== name ? undefined : rounded(share);
}

export function rounded(value: number): number {
  return Number(value.toFixed(6));
}
