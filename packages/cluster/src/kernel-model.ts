import type { AttentionShape, KernelShape } from "@tokenyard/model";

/** How long one kernel takes on one GPU that does nothing else. */
export interface KernelModel {
  /** As the report names it. */
  readonly name: string;
  /** Seconds; 0 for a shape without rows, and the same whenever the same shape is asked for. Allocates nothing, and keeps nothing of `shape`. */
  seconds(shape: KernelShape): number;
  /** Of a model that follows measured tables: as `seconds` where they have exactly this shape, and else 0. */
  insideSeconds?(shape: KernelShape): number;

  /**
   * Where experts have at most so many rows each, routed experts take a time that follows from how many there are, how many of them have any, and rows in all; not from who
   * has how many. None: it follows from that.
   */
  readonly fewRows?: number;

  /**
   * Where that is faster than asking for them one by one: seconds of `count` attentions, one after another: `shape`, and each after it with
   * `more` context tokens and pairs more. To the bit what `seconds` says of each. Fills `out` from `at` on, every `stride`.
   */
  growingSeconds?(shape: AttentionShape, more: number, count: number, out: Float64Array, at: number, stride: number): void;
}

/** As `KernelModel.growingSeconds`, of any model: one by one where it has no faster way. */
export function growingSeconds(
  kernels: KernelModel,
  shape: AttentionShape,
  more: number,
  count: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  if (kernels.growingSeconds !== undefined) {
    kernels.growingSeconds(shape, more, count, out, at, stride);
    return;
  }
  oneByOne(kernels, shape, more, count, out, at, stride);
}

/** The same by asking for one after the other. */
export function oneByOne(
  kernels: Pick<KernelModel, "seconds">,
  shape: AttentionShape,
  more: number,
  count: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  for (let i = 0; i < count; i++) {
    out[at + i * stride] = kernels.seconds(shape);
    shape.contextTokens += more;
    shape.pairs += more;
  }
  shape.contextTokens -= more * count;
  shape.pairs -= more * count;
}
