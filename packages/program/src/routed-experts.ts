import {
  activationOf,
  apart,
  type ChunkTokens,
  chunksOf,
  type ElementwiseShape,
  type ExpertsShape,
  type GroupedLinearShape,
} from "@tokenyard/model";
import { gathersTokens, type Plan } from "@tokenyard/placement";
import type { FusionSpec } from "@tokenyard/scenario";
import type { ExpertLoad } from "./expert-load.ts";
import type { KernelClock } from "./kernel-clock.ts";
import type { OpCost } from "./op-cost.ts";

/** What the routed experts of a layer take on the ranks of a stage. */
export class RoutedExperts {
  readonly #plan: Plan;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  readonly #shape: ExpertsShape;
  // Of one row, and of one expert that has rows, both matrices: see kernelFlops and kernelBytes.
  readonly #rowFlops: number;
  readonly #rowBytes: number;
  readonly #expertBytes: number;
  /** Gate, up and down, where they are kernels of their own, and the activation between them. */
  readonly #apart: readonly GroupedLinearShape[];
  readonly #activation: ElementwiseShape;
  /** [slots] rows of a chunk */
  #chunkRows = new Float64Array(0);

  constructor(
    plan: Plan,
    { up, down }: Pick<ExpertsShape, "up" | "down">,
    matrices: number,
    fusion: FusionSpec,
    clock: KernelClock,
    chunks: ChunkTokens,
  ) {
    this.#apart = fusion.feedForward ? [] : [...apart(up, matrices), down];
    this.#activation = activationOf(up, matrices);
    this.#plan = plan;
    this.#clock = clock;
    this.#chunks = chunks;
    this.#shape = { kind: "experts", up, down, groupRows: 0 };
    this.#rowFlops = 2 * (up.inFeatures * up.outFeatures + down.inFeatures * down.outFeatures);
    this.#rowBytes = up.activationBytes * (up.inFeatures + up.outFeatures) + down.activationBytes * (down.inFeatures + down.outFeatures);
    this.#expertBytes = up.weightBytes * up.inFeatures * up.outFeatures + down.weightBytes * down.inFeatures * down.outFeatures;
  }

  /** Fills `cost` for the rows that `load` has for each rank. */
  fill({ computed, slots }: Pick<ExpertLoad, "computed" | "slots">, cost: OpCost): void {
    const { expert, tensor } = this.#plan;
    const { rows, rankRows, rankActive, rankMost } = computed;
    const { offsets } = slots!;
    const shape = this.#shape;
    const { up, down } = shape;
    const allRows = handsOnAll(this.#plan) ? sumOf(rows) : undefined;
    for (let e = 0, rank = 0; e < expert; e++) {
      const first = offsets[e]!;
      const own = offsets[e + 1]! - first;
      const ownRows = rankRows[e]!;
      const active = rankActive[e]!;
      const chunks = chunksOf(ownRows, this.#chunks.feedForward);
      const chunk = ownRows / chunks;
      const chunkRows = chunks === 1 ? rows : this.#dividedRows(rows, first, own, chunks);
      up.first = first;
      up.experts = own;
      up.rowsPerExpert = chunkRows;
      up.rows = chunk;
      up.active = active;
      up.most = rankMost[e]! / chunks;
      down.first = first;
      down.experts = own;
      down.rowsPerExpert = chunkRows;
      down.rows = chunk;
      down.active = active;
      shape.groupRows = (allRows ?? ownRows) / chunks;
      this.#clock.start();
      if (this.#apart.length > 0) this.#runApart(chunks, chunk);
      else this.#clock.runKnown(shape, chunks, chunk * this.#rowFlops, active * this.#expertBytes + chunk * this.#rowBytes);
      const duration = this.#clock.ns();
      for (let r = rank; r < rank + tensor && r < cost.rankBytes.length; r++) cost.rankBytes[r] = this.#clock.bytes;
      for (let j = 0; j < tensor; j++) cost.durationNs[rank++] = duration;
      cost.flops += this.#clock.flops * tensor;
      cost.memoryBytes += this.#clock.bytes * tensor;
      cost.insideSeconds += this.#clock.insideSeconds * tensor;
    }
  }

  /** Each matrix, and the activation, as a kernel of its own: what `up` has of the rank's rows holds for all. */
  #runApart(chunks: number, chunk: number): void {
    const { first, experts, rowsPerExpert, rows, active, most } = this.#shape.up;
    for (const matrix of this.#apart) {
      this.#clock.runChunks(Object.assign(matrix, { first, experts, rowsPerExpert, rows, active, most }), chunks);
    }
    this.#activation.rows = chunk;
    this.#clock.runChunks(this.#activation, chunks);
  }

  /** Of `count` slots from `first` on, what one of `chunks` equal chunks has of their rows. */
  #dividedRows(rows: Float64Array, first: number, count: number, chunks: number): Float64Array {
    if (this.#chunkRows.length < rows.length) this.#chunkRows = new Float64Array(rows.length);
    for (let slot = first; slot < first + count; slot++) this.#chunkRows[slot] = rows[slot]! / chunks;
    return this.#chunkRows;
  }
}

/** Whether every rank's experts are handed all copies of the layer, and pass over those for others. */
function handsOnAll(plan: Plan): boolean {
  return plan.exchange === "all-reduce" || gathersTokens(plan);
}

function sumOf(rows: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < rows.length; e++) sum += rows[e]!;
  return sum;
}
