import type { Barrier } from "@tokenyard/placement";

/** The two lanes of a rank: a kernel and a transfer may run side by side. */
export const COMPUTE = 0;
export const NETWORK = 1;
export type Lane = typeof COMPUTE | typeof NETWORK;
export const LANES: readonly Lane[] = [COMPUTE, NETWORK];

/** Names of ops in reports; the index is the op's kind in every column. */
export const OP_KINDS = [
  { name: "host", lane: "compute" },
  { name: "attention", lane: "compute" },
  { name: "gate", lane: "compute" },
  { name: "experts", lane: "compute" },
  { name: "shared", lane: "compute" },
  { name: "dense", lane: "compute" },
  { name: "head", lane: "compute" },
  { name: "all-reduce", lane: "network" },
  { name: "reduce-scatter", lane: "network" },
  { name: "dispatch", lane: "network" },
  { name: "combine", lane: "network" },
  { name: "all-gather", lane: "network" },
  { name: "send", lane: "network" },
  { name: "move", lane: "network" },
  { name: "draft", lane: "compute" },
] as const;

export const ATTENTION = kindOf("attention");
export const EXPERTS = kindOf("experts");
export const HEAD = kindOf("head");
export const DRAFT = kindOf("draft");

/**
 * Work of an op; the four all-reduces differ in their group and their bytes. `reduce-scatter` and `all-gather` are of a data group's
 * activations, before and after an exchange in which each of its ranks has a part of its tokens. Other gathers belong to the dispatch, and
 * other scatters to the combine.
 */
export type Work =
  | "host"
  | "attention"
  | "windowed-attention"
  | `steady-${number}`
  | `mixer-${number}`
  | "gate"
  | "experts"
  | "shared"
  | "dense"
  | `dense-${number}`
  | "head"
  | "draft-input"
  | "reduce-attention"
  | "reduce-experts"
  | "reduce-combine"
  | "reduce-dense"
  | "reduce-scatter"
  | "all-gather"
  | ContextExchangeWork
  | "dispatch"
  | "combine"
  | "gather-tokens"
  | "scatter-tokens"
  | "gather-copies"
  | "scatter-copies"
  | "send"
  | "move";

/**
 * Exchange of ranks that share contexts, for the mixer of that number: queries and their sums are gathered and results reduce-scattered,
 * one of each row; in passes with prompts of latent attention, one op covers these and the gathering of earlier cached rows. Source:
 * docs/models/attention.md#context-parallelism.
 */
export type ContextExchangeWork = `context-queries-${number}` | `context-results-${number}` | `context-past-${number}`;

/** Work that does not depend on the number of new tokens alone: attention sees contexts, and the head has a row for each output. */
export type ContextWork = Extract<Work, "attention" | "windowed-attention" | `steady-${number}` | `mixer-${number}` | "head">;

/** Part of a micro-batch that an op is for: all of it, its first or second half, or the draft's first pass or a later one. */
export type Part = 0 | 1 | 2 | 3 | 4;
export const WHOLE = 0;
export const FIRST_DRAFT = 3;
export const NEXT_DRAFTS = 4;

/** Whether an op is of the draft, which has a model of its own. */
export function isOfDraft({ part }: Pick<Op, "part">): boolean {
  return part >= FIRST_DRAFT;
}

/** One step of a program: its lane, the ranks that meet for it, and its layer (−1: none). */
export interface Op {
  readonly work: Work;
  readonly kind: number;
  readonly lane: Lane;
  readonly barrier: Barrier;
  readonly layer: number;
  readonly part: Part;
  /** Indices in the program of the ops whose results it uses, all before it; none: it uses the input of the micro-batch. */
  readonly after: readonly number[];
}

export function isOfContext(work: Work): work is ContextWork {
  return work === "attention" || work === "windowed-attention" || work === "head" || isSteady(work) || isOfMixer(work);
}

/** Whether it is a mixer with the same time in each decode-only step, one of several: a window, or a state. */
export function isSteady(work: Work): work is `steady-${number}` {
  return work.startsWith("steady-");
}

/** The distinct kinds of steady mixers among `works`, in the order of the model. */
export function steadyOf(works: Iterable<Work>): readonly Extract<Work, `steady-${number}`>[] {
  return [...new Set(works)].filter(isSteady).sort((a, b) => placeOf(a) - placeOf(b));
}

/** Whether it is a mixer that no form knows: one of several that grow with the context, or beside these. */
export function isOfMixer(work: Work): work is `mixer-${number}` {
  return work.startsWith("mixer-");
}

/** Place of its mixer, or of its dense feed-forward, among those of the model. */
export function placeOf(work: `steady-${number}` | `mixer-${number}` | `dense-${number}` | ContextExchangeWork): number {
  return Number(work.slice(work.lastIndexOf("-") + 1));
}

export function isOfContextExchange(work: Work): work is ContextExchangeWork {
  return work.startsWith("context-");
}

/** Whether it depends on the earlier cached part of a pass's prompts, and is 0 in decode-only passes. */
export function isOfPast(work: Work): boolean {
  return work.startsWith("context-past-");
}

/** Whether it follows from which experts the tokens of its layer go to. */
export function isOfLoad(work: Work): boolean {
  return OF_LOAD.has(work);
}

const OF_LOAD: ReadonlySet<Work> = new Set<Work>(["experts", "reduce-experts", "dispatch", "combine", "gather-copies", "scatter-copies"]);

/** [op kinds] */
export const LANE_OF_KIND: readonly Lane[] = OP_KINDS.map(({ lane }) => (lane === "compute" ? COMPUTE : NETWORK));

/** An op of `work` in `layer`, with the lane and barrier that this work has, after those at the places `after`. */
export function op(work: Work, layer: number, after: readonly number[] = []): Op {
  const kind = kindOf(nameOf(work));
  return { work, kind, lane: LANE_OF_KIND[kind]!, barrier: barrierOf(work), layer, part: WHOLE, after };
}

/** `op` as one of the draft, after those at the places `after`. */
export function ofDraft(op: Op, part: Part, after: readonly number[]): Op {
  return { ...op, part, after, kind: op.lane === COMPUTE ? DRAFT : op.kind };
}

function nameOf(work: Work): string {
  if (work === "draft-input") return "draft";
  if (isOfContextExchange(work)) return work.startsWith("context-results-") ? "reduce-scatter" : "all-gather";
  if (work === "reduce-scatter") return work;
  if (work.startsWith("reduce-")) return "all-reduce";
  if (work.startsWith("gather-")) return "dispatch";
  if (work.startsWith("scatter-")) return "combine";
  if (work.startsWith("dense-")) return "dense";
  return work === "windowed-attention" || isSteady(work) || isOfMixer(work) ? "attention" : work;
}

function barrierOf(work: Work): Barrier {
  switch (work) {
    case "host":
    case "attention":
    case "windowed-attention":
    case "gate":
    case "experts":
    case "shared":
    case "dense":
    case "head":
    case "draft-input":
    case "send":
    case "move":
      return "none";
    case "reduce-attention":
    case "reduce-combine":
    case "reduce-dense":
    case "reduce-scatter":
    case "all-gather":
      return "attention";
    case "reduce-experts":
      return "tensor";
    case "dispatch":
    case "combine":
    case "gather-tokens":
    case "scatter-tokens":
      return "expert";
    case "gather-copies":
    case "scatter-copies":
      return "gather";
    default:
      return isOfContextExchange(work) ? "context" : "none"; // of a mixer, or dense
  }
}

function kindOf(name: string): number {
  return OP_KINDS.findIndex((kind) => kind.name === name);
}
