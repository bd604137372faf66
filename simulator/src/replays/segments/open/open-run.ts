import type { Groups } from "@tokenyard/placement";
import { lastToEnd } from "../../../stages/critical-path.ts";
import type { PlacedOp } from "../../units/stretch.ts";
import type { Segment } from "../segments.ts";
import { OpenStretch } from "./open-stretch.ts";

/** One of the open segments, or the last, timed rank by rank from when all enter it. */
export class OpenRun {
  readonly ops: readonly PlacedOp[];
  readonly times: number;
  /** Where its ranks wait for the last of them; −1 on the last segment. */
  readonly lane: number;
  /** Whether it has an attention that grows. */
  readonly grows: boolean;
  /** [ops] what they take [ranks], but for the attention that grows; to be filled before it begins */
  readonly durationsNs: Float64Array[];
  readonly stretches: readonly OpenStretch[];
  /** How long it took when it was timed last, and which rank was the last in it. */
  tookNs = 0;
  last = 0;
  readonly #none: Float64Array;
  /** The one that has attentions that grow, where there is no other. */
  readonly #growing: OpenStretch | undefined;
  readonly #paceOf: Int32Array;
  /** [paces] how long it takes but for those attentions, along the longest way on which a rank of this pace has them */
  readonly #restNs: Float64Array;
  /** [ranks] */
  readonly #rankRestNs: Float64Array;

  /** `groups` [ops of the program]; `paceOf` [ranks], of `paces` */
  constructor(segment: Segment, groups: readonly Groups[], paceOf: Int32Array, paces: number) {
    const ranks = paceOf.length;
    this.ops = segment.ops;
    this.times = segment.times;
    this.lane = segment.until?.op.lane ?? -1;
    this.durationsNs = segment.ops.map(() => new Float64Array(0));
    this.stretches = stretchesOf(segment.ops, groups, ranks);
    const growing = this.stretches.filter(({ attentions }) => attentions > 0);
    this.grows = growing.length > 0;
    this.#growing = growing.length === 1 ? growing[0] : undefined;
    this.#none = new Float64Array(ranks);
    this.#paceOf = paceOf;
    this.#restNs = new Float64Array(paces);
    this.#rankRestNs = new Float64Array(ranks);
  }

  /** Passes begin in which its ops take `durationsNs`. */
  begin(): void {
    for (let s = 0; s < this.stretches.length; s++) this.stretches[s]!.begin(this.durationsNs);
    if (this.#growing !== undefined) this.#findRest(this.#growing);
  }

  /** How long it takes where one attention that grows takes `paceNs` [paces]; undefined where only `time` tells. */
  growingNs(paceNs: Float64Array): number | undefined {
    if (this.#growing === undefined) return undefined;
    const { attentions } = this.#growing;
    let longest = 0;
    for (let p = 0; p < paceNs.length; p++) longest = Math.max(longest, attentions * paceNs[p]! + this.#restNs[p]!);
    return longest;
  }

  /** Times it where one attention that grows takes `attentionNs` [ranks]. */
  time(attentionNs: Float64Array): void {
    let leftNs = this.#none;
    for (let s = 0; s < this.stretches.length; s++) {
      this.stretches[s]!.time(leftNs, attentionNs);
      leftNs = this.stretches[s]!.leftNs;
    }
    this.last = lastToEnd(leftNs);
    this.tookNs = leftNs[this.last]!;
  }

  /** When op number `o` ended on rank `r`, as it was timed last with `attentionNs` [ranks]. */
  endNs(o: number, r: number, attentionNs: Float64Array): number {
    const s = this.stretches.findLastIndex(({ first }) => first <= o);
    const { first, ops, leftNs } = this.stretches[s]!;
    if (o === first + ops.length) return leftNs[r]!;
    let ns = s === 0 ? 0 : this.stretches[s - 1]!.leftNs[r]!;
    for (let at = first; at <= o; at++) ns += this.ops[at]!.op.work === "attention" ? attentionNs[r]! : this.durationsNs[at]![r]!;
    return ns;
  }

  #findRest(growing: OpenStretch): void {
    const rest = this.#rankRestNs.fill(0);
    const number = this.stretches.indexOf(growing);
    for (let s = this.stretches.length - 1; s >= number; s--) this.stretches[s]!.lengthen(rest);
    let enteredNs = this.#none;
    for (let s = 0; s < number; s++) {
      this.stretches[s]!.time(enteredNs, this.#none);
      enteredNs = this.stretches[s]!.leftNs;
    }
    this.#restNs.fill(0);
    for (let r = 0; r < rest.length; r++) {
      const p = this.#paceOf[r]!;
      this.#restNs[p] = Math.max(this.#restNs[p]!, enteredNs[r]! + rest[r]!);
    }
  }
}

function stretchesOf(ops: readonly PlacedOp[], groups: readonly Groups[], ranks: number): OpenStretch[] {
  const stretches: OpenStretch[] = [];
  let first = 0;
  for (const [o, placed] of ops.entries()) {
    const of = groups[placed.at]!;
    if (of.offsets.length === ranks + 1) continue; // each rank has it alone
    stretches.push(new OpenStretch(first, ops.slice(first, o), placed, of, ranks));
    first = o + 1;
  }
  const isMet = first === ops.length && first > 0;
  return isMet ? stretches : [...stretches, new OpenStretch(first, ops.slice(first), undefined, undefined, ranks)];
}
