import type { Groups } from "@tokenyard/placement";
import type { PlacedOp } from "../../units/stretch.ts";

/** Ops of a segment that is timed rank by rank, from where groups of ranks left each other, or the segment began, to where groups meet next, or the segment ends. */
export class OpenStretch {
  /** Number of its first op in the segment. */
  readonly first: number;
  /** That each rank has alone. */
  readonly ops: readonly PlacedOp[];
  /** Attentions that grow, among these. */
  readonly attentions: number;
  /** What groups meet for behind them; undefined at the segment's end. */
  readonly meeting: PlacedOp | undefined;
  readonly groups: Groups | undefined;
  /** [ranks] what the ops take, but for the attention that grows */
  readonly baseNs: Float64Array;
  /** [groups] how long they meet */
  readonly metNs: Float64Array;
  // As it was timed last:
  /** [ranks] when each is through, meeting included */
  readonly leftNs: Float64Array;
  /** [groups] when they met, and which rank came last: of equals the first */
  readonly startNs: Float64Array;
  readonly cause: Int32Array;
  /** Where they meet, and end. */
  readonly #offsets: Int32Array;
  readonly #members: Int32Array;

  constructor(first: number, ops: readonly PlacedOp[], meeting: PlacedOp | undefined, groups: Groups | undefined, ranks: number) {
    const count = groups === undefined ? 0 : groups.offsets.length - 1;
    this.first = first;
    this.ops = ops;
    this.attentions = ops.filter(({ op }) => op.work === "attention").length;
    this.meeting = meeting;
    this.groups = groups;
    this.baseNs = new Float64Array(ranks);
    this.metNs = new Float64Array(count);
    this.leftNs = new Float64Array(ranks);
    this.startNs = new Float64Array(count);
    this.cause = new Int32Array(count);
    this.#offsets = groups?.offsets ?? new Int32Array(1);
    this.#members = groups?.members ?? new Int32Array(0);
  }

  /** Its ops take `durationsNs` [ops of the segment][ranks], but for the attention that grows. */
  begin(durationsNs: readonly Float64Array[]): void {
    this.baseNs.fill(0);
    for (let o = 0; o < this.ops.length; o++) {
      if (this.ops[o]!.op.work === "attention") continue;
      const durationNs = durationsNs[this.first + o]!;
      for (let r = 0; r < durationNs.length; r++) this.baseNs[r] = this.baseNs[r]! + durationNs[r]!;
    }
    if (this.meeting === undefined) return;
    const durationNs = durationsNs[this.first + this.ops.length]!;
    for (let g = 0; g < this.metNs.length; g++) {
      let longest = 0;
      for (let m = this.#offsets[g]!; m < this.#offsets[g + 1]!; m++) longest = Math.max(longest, durationNs[this.#members[m]!]!);
      this.metNs[g] = longest;
    }
  }

  /** Ranks come at `enteredNs`, and one attention that grows takes `attentionNs`. */
  time(enteredNs: Float64Array, attentionNs: Float64Array): void {
    const { baseNs, leftNs, attentions } = this;
    if (attentions === 0) for (let r = 0; r < leftNs.length; r++) leftNs[r] = enteredNs[r]! + baseNs[r]!;
    else for (let r = 0; r < leftNs.length; r++) leftNs[r] = enteredNs[r]! + baseNs[r]! + attentions * attentionNs[r]!;
    const { metNs, startNs, cause } = this;
    for (let g = 0; g < metNs.length; g++) {
      const from = this.#offsets[g]!;
      const to = this.#offsets[g + 1]!;
      let start = -1;
      for (let m = from; m < to; m++) {
        const rank = this.#members[m]!;
        if (leftNs[rank]! <= start) continue;
        start = leftNs[rank]!;
        cause[g] = rank;
      }
      startNs[g] = start;
      const end = start + metNs[g]!;
      for (let m = from; m < to; m++) leftNs[this.#members[m]!] = end;
    }
  }

  /** `restNs` [ranks] is how much longer the segment lasts at least for who leaves this, and becomes that of who comes to it, but for the attention that grows. */
  lengthen(restNs: Float64Array): void {
    for (let g = 0; g < this.metNs.length; g++) {
      let longest = 0;
      for (let m = this.#offsets[g]!; m < this.#offsets[g + 1]!; m++) longest = Math.max(longest, restNs[this.#members[m]!]!);
      for (let m = this.#offsets[g]!; m < this.#offsets[g + 1]!; m++) restNs[this.#members[m]!] = longest + this.metNs[g]!;
    }
    for (let r = 0; r < restNs.length; r++) restNs[r] = restNs[r]! + this.baseNs[r]!;
  }
}
