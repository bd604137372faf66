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
import type { KernelClock } from "../kernels/kernel-clock.ts";
import { toGrainsOfMemory, toWhole } from "../ops/grain.ts";
import type { OpCost } from "../ops/op-cost.ts";
import type { ExpertLoad } from "./expert-load.ts";

/** Numbers of rows whose time is kept; of more it is worked out each time. */
const MOST_ROWS = 1 << 11;

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
  /** [experts with rows × MOST_ROWS] Nanoseconds by how many experts have rows, and rows in all, −1 where they are not known yet; of experts with few rows each. */
  #known = new Float64Array(0);
  /** Slots with an expert of a rank whose times those are; −1 before the first. */
  #knownSlots = -1;
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
    const { rows, rankRows, rankActive } = computed;
    const { offsets, filled } = slots!;
    const shape = this.#shape;
    const { up, down } = shape;
    const fewRows = this.#apart.length > 0 ? -1 : this.#clock.fewRows;
    const chunkTokens = this.#chunks.feedForward ?? Number.POSITIVE_INFINITY;
    const isByRank = cost.rankBytes.length > 0;
    cost.ranksEach = tensor;
    const allRows = handsOnAll(this.#plan) ? sumOf(rows) : undefined;
    for (let e = 0, rank = 0; e < expert; e++) {
      const first = offsets[e]!;
      const own = offsets[e + 1]! - first;
      const held = filled[e]!;
      const ownRows = rankRows[e]!;
      const active = rankActive[e]!;
      if (this.#knownSlots < 0) this.#knownSlots = held;
      const isKept = allRows === undefined && held === this.#knownSlots && ownRows <= chunkTokens;
      const isFew = isKept && (ownRows <= fewRows || mostOf(rows, first, own) <= fewRows);
      if (isFew) {
        const place = active * MOST_ROWS + ownRows;
        const isKept = ownRows < MOST_ROWS && Number.isInteger(ownRows) && place < this.#known.length;
        const known = isKept ? this.#known[place]! : -1;
        const bytes = toGrainsOfMemory(active * this.#expertBytes + ownRows * this.#rowBytes);
        const ns = known >= 0 ? known : this.#workOut(rows, first, own, held, ownRows, active);
        if (isByRank) cost.rankBytes[e] = bytes;
        for (let j = 0; j < tensor; j++) cost.durationNs[rank++] = ns;
        cost.flops += toWhole(ownRows * this.#rowFlops) * tensor;
        cost.memoryBytes += bytes * tensor;
        continue;
      }
      const chunks = chunksOf(ownRows, this.#chunks.feedForward);
      const chunk = ownRows / chunks;
      const chunkRows = chunks === 1 ? rows : this.#dividedRows(rows, first, own, chunks);
      up.first = first;
      up.experts = own;
      up.filled = held;
      up.rowsPerExpert = chunkRows;
      up.rows = chunk;
      up.active = active;
      up.most = mostOf(rows, first, own) / chunks;
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
      if (isByRank) cost.rankBytes[e] = this.#clock.bytes;
      for (let j = 0; j < tensor; j++) cost.durationNs[rank++] = duration;
      cost.flops += this.#clock.flops * tensor;
      cost.memoryBytes += this.#clock.bytes * tensor;
      cost.insideSeconds += this.#clock.insideSeconds * tensor;
    }
  }

  /** Nanoseconds of `own` slots from `first` on, of which `held` are not empty and `active` have `ownRows` of the `rows` [slots], each few. */
  #workOut(rows: Float64Array, first: number, own: number, held: number, ownRows: number, active: number): number {
    const shape = this.#shape;
    const most = mostOf(rows, first, own);
    Object.assign(shape.up, { first, experts: own, filled: held, rowsPerExpert: rows, rows: ownRows, active, most });
    Object.assign(shape.down, { first, experts: own, rowsPerExpert: rows, rows: ownRows, active });
    shape.groupRows = ownRows;
    this.#clock.start();
    this.#clock.runKnown(shape, 1, 0, 0);
    const ns = this.#clock.ns();
    if (!Number.isInteger(ownRows) || ownRows >= MOST_ROWS) return ns;
    const place = active * MOST_ROWS + ownRows;
    if (place >= this.#known.length) {
      const known = new Float64Array(Math.max(2 * this.#known.length, (active + 1) * MOST_ROWS)).fill(-1);
      known.set(this.#known);
      this.#known = known;
    }
    this.#known[place] = ns;
    return ns;
  }

  /** Runs each matrix, and the activation, as a kernel of its own, with the rank's rows of `up`. */
  #runApart(chunks: number, chunk: number): void {
    const { first, experts, filled, rowsPerExpert, rows, active, most } = this.#shape.up;
    for (const matrix of this.#apart) {
      this.#clock.runChunks(Object.assign(matrix, { first, experts, filled, rowsPerExpert, rows, active, most }), chunks);
    }
    this.#activation.rows = chunk;
    this.#clock.runChunks(this.#activation, chunks);
  }

  /** Rows of one of `chunks` equal chunks, for `count` slots from `first` on. */
  #dividedRows(rows: Float64Array, first: number, count: number, chunks: number): Float64Array {
    if (this.#chunkRows.length < rows.length) this.#chunkRows = new Float64Array(rows.length);
    for (let slot = first; slot < first + count; slot++) this.#chunkRows[slot] = rows[slot]! / chunks;
    return this.#chunkRows;
  }
}

/** Whether all copies of the layer are passed to every rank's experts, which skip those for others. */
function handsOnAll(plan: Plan): boolean {
  return plan.exchange === "all-reduce" || gathersTokens(plan);
}

/** The most rows of `count` slots from `first` on. */
function mostOf(rows: Float64Array, first: number, count: number): number {
  let most = 0;
  for (let slot = first; slot < first + count; slot++) if (rows[slot]! > most) most = rows[slot]!;
  return most;
}

function sumOf(rows: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < rows.length; e++) sum += rows[e]!;
  return sum;
}
