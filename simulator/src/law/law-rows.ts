import type { Groups } from "@tokenyard/placement";
import { isOfDraft, isOfLoad, type Op, type OpCost } from "@tokenyard/program";
import type { PassTape } from "../programs/pass-tape.ts";

/** Numbers of a row that are not of single ranks: the delay of the stage, and the work. */
const SPAN = 0;
const WHOLE_WORK = ["flops", "memoryBytes", "nodeBytes", "fabricBytes"] as const;
const WORK = [...WHOLE_WORK, "insideSeconds", "tabledSeconds"] as const;
const PLAIN = 1 + WORK.length;

/** A row of costs that follows from where tokens go, and where its numbers are among those of a node. */
export interface LawRow {
  readonly row: number;
  readonly op: Op;
  /** Groups that meet for it; undefined: each rank goes on alone. */
  readonly groups: Groups | undefined;
  /** Whether it follows from the fullest source, too: an exchange. */
  readonly isExchange: boolean;
  readonly first: number;
}

/** The rows of a tape that follow from where tokens go, in the order of a layer, and the numbers that are kept of them: means over layers and draws. */
export class LawRows {
  readonly rows: readonly LawRow[];
  /** Length of an array with the numbers of all rows. */
  readonly length: number;
  readonly #ranks: number;
  readonly #withBytes: boolean;

  constructor({ tape, ops }: PassTape, ranks: number, withBytes: boolean) {
    const rows: LawRow[] = [];
    const size = PLAIN + ranks * (withBytes ? 3 : 2);
    for (const [at, op] of ops.entries()) {
      const { row } = tape.ops[at]!;
      if (!isOfLoad(op.work) || isOfDraft(op) || rows.some((known) => known.row === row)) continue;
      const groups = tape.isAlone(at) ? undefined : tape.ops[at]!.groups;
      const isExchange = op.work !== "experts" && op.work !== "reduce-experts";
      rows.push({ row, op, groups, isExchange, first: rows.length * size });
    }
    this.rows = rows;
    this.length = rows.length * size;
    this.#ranks = ranks;
    this.#withBytes = withBytes;
  }

  /** Adds the time and work of a draw of `row` to `sums`; it delayed the stage by `spanNs`. */
  add({ first, op }: LawRow, cost: OpCost, spanNs: number, sums: Float64Array): void {
    const ranks = this.#ranks;
    const { durationNs, rankBytes, ranksEach } = cost;
    sums[first + SPAN] = sums[first + SPAN]! + spanNs;
    for (const [i, key] of WORK.entries()) sums[first + 1 + i] = sums[first + 1 + i]! + cost[key];
    const own = first + PLAIN;
    let sumNs = 0;
    let slowest = 0;
    for (let r = 0; r < ranks; r++) {
      const ns = durationNs[r]!;
      sums[own + r] = sums[own + r]! + ns;
      sumNs += ns;
      if (ns > durationNs[slowest]!) slowest = r;
    }
    const lost = own + ranks + slowest;
    if (op.work === "experts") sums[lost] = sums[lost]! + durationNs[slowest]! * ranks - sumNs;
    if (!this.#withBytes || cost.memoryBytes === 0) return;
    for (let r = 0; r < ranks; r++) {
      const at = own + 2 * ranks + r;
      sums[at] = sums[at]! + rankBytes[Math.floor(r / ranksEach)]!;
    }
  }

  /** Fills `cost` with what `means` have of `row`, but for durations: those of single ranks, without waiting for others. */
  fillCost({ first }: LawRow, means: Float64Array, cost: OpCost): void {
    for (const [i, key] of WORK.entries()) cost[key] = means[first + 1 + i]!;
    for (const key of WHOLE_WORK) cost[key] = Math.round(cost[key]); // sums of whole numbers are the same in any order
    const own = first + PLAIN;
    for (let r = 0; r < this.#ranks; r++) cost.durationNs[r] = Math.round(means[own + r]!);
    cost.ranksEach = 1;
    if (this.#withBytes) for (let r = 0; r < this.#ranks; r++) cost.rankBytes[r] = means[own + 2 * this.#ranks + r]!;
  }

  /** Whole nanoseconds by which `row` delays the stage. */
  spanNs({ first }: LawRow, means: Float64Array): number {
    return Math.max(0, Math.round(means[first + SPAN]!));
  }

  /** [ranks] by how much the experts of `row` took longer where that rank was the slowest than on the mean one, times the ranks. */
  lostNs({ first }: LawRow, means: Float64Array): Float64Array {
    return means.subarray(first + PLAIN + this.#ranks, first + PLAIN + 2 * this.#ranks);
  }
}
