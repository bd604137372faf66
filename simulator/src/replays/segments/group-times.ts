import type { GroupCost } from "@tokenyard/program";
import type { PassSummary } from "../accounts/pass-summary.ts";
import { inPass, type OpenSegment } from "./open/open-segment.ts";

/** How long passes take whose attention grows: what does not grow is known of all of them, and on each open segment the last data group counts. */
export class GroupTimes {
  readonly segments: readonly OpenSegment[];
  /** [segments × groups] on a segment, but for the attention that grows; where there is one group, on the last segment alone */
  readonly baseNs: Float64Array;
  /**
   * [passes × segments] on a segment: its last data group, and how long that took. Of segments that do not grow, the first pass stands for all; where there
   * is one group, neither is told.
   */
  lastGroup: Int32Array<ArrayBuffer>;
  lastNs: Float64Array<ArrayBuffer>;
  /** Barriers, and segments that do not grow; where there is one data group, all but the attention that grows. */
  fixedNs = 0;
  readonly #groups: number;
  readonly #windowed: GroupCost;
  readonly #head: GroupCost;
  // One after another in a pass, where there is one data group:
  readonly #attentions: number;
  readonly #windows: number;
  readonly #heads: number;

  /** `windowed`, `head`: what these take of each data group, in every pass. Columns are for `passes` at first. */
  constructor(segments: readonly OpenSegment[], dataGroups: number, windowed: GroupCost, head: GroupCost, passes: number) {
    this.segments = segments;
    this.baseNs = new Float64Array(segments.length * dataGroups);
    this.lastGroup = new Int32Array(passes * segments.length);
    this.lastNs = new Float64Array(passes * segments.length);
    this.#groups = dataGroups;
    this.#windowed = windowed;
    this.#head = head;
    this.#attentions = inPass(segments, "attentions");
    this.#windows = inPass(segments, "windowed");
    this.#heads = inPass(segments, "heads");
  }

  /** What does not grow from pass to pass, of passes with as many tokens as `facts`. */
  begin({ closedNs, openNs }: PassSummary): void {
    const { segments, baseNs } = this;
    const groups = this.#groups;
    const windowNs = this.#windowed.durationNs;
    const headNs = this.#head.durationNs;
    this.fixedNs = closedNs;
    if (groups === 1) {
      const l = segments.length - 1;
      this.fixedNs += this.#windows * windowNs[0]! + this.#heads * headNs[0]!; // what tokens tell of is in what is closed
      baseNs[l] = openNs[l]! + segments[l]!.windowed * windowNs[0]! + segments[l]!.heads * headNs[0]!;
      return;
    }
    for (let l = 0; l < segments.length; l++) {
      const { attentions, windowed, heads, times } = segments[l]!;
      let longest = -1;
      for (let g = 0; g < groups; g++) {
        const at = l * groups + g;
        const ns = openNs[at]! + windowed * windowNs[g]! + heads * headNs[g]!;
        baseNs[at] = ns;
        if (ns <= longest) continue;
        longest = ns;
        this.lastGroup[l] = g;
        this.lastNs[l] = ns;
      }
      if (attentions === 0) this.fixedNs += longest * times;
    }
  }

  /** What pass number `i` takes, where one attention takes `attentionNs` [passes × groups]. Tells of the last groups in place `into`, where that is not −1. */
  passNs(attentionNs: Float64Array, i: number, into: number): number {
    return this.fixedNs + (this.#groups === 1 ? this.#attentions * attentionNs[i]! : this.#growingNs(attentionNs, i, into));
  }

  /**
   * Fills `endsNs` with when passes end that follow one another: number `from` begins at `nowNs`, and number `to`, or the one after the first that ends at
   * `untilNs` or later, is the first that is left out. Tells of the last groups of each. Returns the number of the one that is left out.
   */
  fillEnds(attentionNs: Float64Array, from: number, to: number, nowNs: number, untilNs: number, endsNs: Float64Array): number {
    const { fixedNs } = this;
    const attentions = this.#attentions;
    const alone = this.#groups === 1;
    let endNs = nowNs;
    let i = from;
    do {
      endNs += fixedNs + (alone ? attentions * attentionNs[i]! : this.#growingNs(attentionNs, i, i));
      endsNs[i++] = endNs;
    } while (i < to && endNs < untilNs);
    return i;
  }

  /** The first `dropped` of `passes` are told no more, but on segments that do not grow. */
  drop(dropped: number, passes: number): void {
    const { segments, lastGroup, lastNs } = this;
    for (let l = 0; this.#groups > 1 && l < segments.length; l++) {
      if (segments[l]!.attentions === 0) continue;
      for (let i = dropped; i < passes; i++) {
        lastGroup[(i - dropped) * segments.length + l] = lastGroup[i * segments.length + l]!;
        lastNs[(i - dropped) * segments.length + l] = lastNs[i * segments.length + l]!;
      }
    }
  }

  /** Columns are for `passes`; what they hold stays. */
  makeRoom(passes: number): void {
    const length = passes * this.segments.length;
    if (this.lastNs.length >= length) return;
    const { lastGroup, lastNs } = this;
    this.lastGroup = new Int32Array(length);
    this.lastGroup.set(lastGroup);
    this.lastNs = new Float64Array(length);
    this.lastNs.set(lastNs);
  }

  /** On segments that grow. */
  #growingNs(attentionNs: Float64Array, i: number, into: number): number {
    const { segments, baseNs } = this;
    const groups = this.#groups;
    let sumNs = 0;
    for (let l = 0; l < segments.length; l++) {
      const { attentions, times } = segments[l]!;
      if (attentions === 0) continue;
      let longest = -1;
      let last = 0;
      for (let g = 0; g < groups; g++) {
        const ns = attentions * attentionNs[i * groups + g]! + baseNs[l * groups + g]!;
        if (ns <= longest) continue;
        longest = ns;
        last = g;
      }
      sumNs += times * longest;
      if (into < 0) continue;
      this.lastGroup[into * segments.length + l] = last;
      this.lastNs[into * segments.length + l] = longest;
    }
    return sumNs;
  }
}
