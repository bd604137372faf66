import type { Groups } from "@tokenyard/placement";
import { type Chain, chainOf } from "./chain.ts";
import { areAlike, type Form, type FormSegment, type RankEnds, segmentOf } from "./form.ts";
import { crosses, type Keys } from "./keys.ts";
import { Reached } from "./reached.ts";
import type { Stretch } from "./stretch.ts";
import type { Tape } from "./tape.ts";

const LATE = "a rank is later than a slower one of its data group";

/**
 * Reads a tape whose rows are known except for contexts: for each rank the time it has reached without them, and how many of each context
 * it has passed, which is equal on all ranks. Every assumption is checked on the numbers; if one fails there is no form.
 */
export class FormMaker {
  /** Why there was no form last. */
  reason: string | undefined;
  readonly #tape: Tape;
  readonly #chain: Chain | undefined;
  readonly #never: string | undefined;
  readonly #kinds: readonly number[];
  /** [ops] whether groups that meet have ranks of several data groups */
  readonly #crosses: readonly boolean[];
  /** All ranks as one group. */
  readonly #everybody: Groups;
  readonly #reached: Reached;
  /** State at the start of the current unit. */
  readonly #entered: Reached;
  /** [lanes] what ranks had reached with the last op; undefined where that is not known */
  #lanes: (RankEnds | undefined)[] = [];
  /** [ops before the send] for ops that others run beside: a lower bound on what ranks had reached */
  readonly #leftNs: Float64Array[] = [];
  // Of the current meeting: [data groups] the latest time that a rank has reached, and that rank.
  readonly #metNs: Float64Array;
  readonly #metBy: Int32Array;
  #fixedNs = 0;
  #fixedSpentNs = new Float64Array(0);
  #segments: FormSegment[] = [];
  // Of the current unit: its segments, whether any of it is fixed, and the lanes that have ended in it.
  #ofUnit: FormSegment[] = [];
  #hasFixed = false;
  readonly #endedLanes = new Set<number>();

  constructor(tape: Tape, keys: Keys) {
    const { ops, beforeSend, ranks } = tape;
    const chain = chainOf(tape);
    const crossing = new Map([...new Set(ops.map(({ groups }) => groups))].map((groups) => [groups, crosses(groups, keys)]));
    this.#tape = tape;
    this.#chain = typeof chain === "string" ? undefined : chain;
    this.#never = typeof chain === "string" ? chain : undefined;
    this.#kinds = [...new Set(ops.slice(0, beforeSend).map(({ kind }) => kind))];
    this.#crosses = ops.map(({ groups }) => crossing.get(groups)!);
    const members = Int32Array.from({ length: ranks }, (_, r) => r);
    this.#everybody = { offsets: Int32Array.of(0, ranks), members, groupOf: new Int32Array(ranks) };
    this.#reached = new Reached(tape, keys, this.#kinds);
    this.#entered = new Reached(tape, keys, this.#kinds);
    this.#metNs = new Float64Array(keys.leads.length);
    this.#metBy = new Int32Array(keys.leads.length);
  }

  /** Form of a pass whose rows take `durations` [rows][ranks]; those of contexts are ignored. */
  make(durations: readonly Float64Array[]): Form | undefined {
    const { lanes, kinds, stretches, beforeSend } = this.#tape;
    this.reason = this.#never;
    if (this.#chain === undefined) return undefined;
    this.#reached.restart();
    this.#reached.leastNs.fill(0);
    this.#lanes = new Array<undefined>(lanes).fill(undefined);
    this.#fixedNs = 0;
    this.#fixedSpentNs = new Float64Array(kinds);
    this.#segments = [];
    for (const stretch of stretches) {
      if (stretch.first >= beforeSend) break;
      if (!this.#passStretch(stretch, durations)) return undefined;
    }
    return this.#end(durations);
  }

  #passStretch(stretch: Stretch, durations: readonly Float64Array[]): boolean {
    const { first, size, times } = stretch;
    for (let u = 0; u < times; u++) {
      const left = times - 1 - u;
      const fixedNs = this.#fixedNs;
      const fixedSpentNs = left === 0 ? this.#fixedSpentNs : this.#fixedSpentNs.slice();
      if (left > 0) this.#entered.copy(this.#reached);
      this.#ofUnit = [];
      this.#hasFixed = false;
      this.#endedLanes.clear();
      let hasMet = false;
      let hasCrossed = false;
      for (let o = 0; o < size; o++) {
        const at = first + u * size + o;
        if (!this.#pass(at, durations)) return false;
        if (!this.#tape.isAlone(at)) hasMet = true;
        if (this.#crosses[at]!) hasCrossed = true;
        if (this.#chain!.isLast[first + o] === 1) this.#endLane(this.#tape.ops[at]!.lane);
      }
      if (left === 0) return true;
      const isStill = this.#ofUnit.length > 0 || this.#hasFixed;
      if (!this.#reached.isLike(this.#entered, isStill, hasMet, hasCrossed)) continue;
      const ended = this.#lanes.flatMap((ends, lane) => (ends !== undefined && this.#endedLanes.has(lane) ? [ends] : []));
      if (isStill) this.#repeat(left, fixedNs, fixedSpentNs);
      else this.#reached.repeat(this.#entered, left, ended);
      for (let at = first + u * size; at < first + (u + 1) * size; at++) this.#leftNs[at + left * size] = this.#leftNs[at]!;
      return true;
    }
    return true;
  }

  #endLane(lane: number): void {
    this.#lanes[lane] = this.#reached.ends();
    this.#endedLanes.add(lane);
  }

  /** Repeats the current unit, which left the ranks as it found them, `left` more times. */
  #repeat(left: number, fixedNs: number, fixedSpentNs: Float64Array): void {
    const moreNs = (this.#fixedNs - fixedNs) * left;
    this.#fixedNs += moreNs;
    for (let k = 0; k < fixedSpentNs.length; k++) this.#fixedSpentNs[k]! += (this.#fixedSpentNs[k]! - fixedSpentNs[k]!) * left;
    for (const segment of this.#ofUnit) segment.times += left;
    this.#moveLanes(moreNs, this.#endedLanes);
  }

  #pass(at: number, durations: readonly Float64Array[]): boolean {
    const { row, kind } = this.#tape.ops[at]!;
    const reached = this.#reached;
    const { beside, isLeft } = this.#chain!;
    const durationNs = durations[row]!;
    const { context } = this.#tape.rows[row]!;
    const from = beside[at]!;
    if (from >= 0) return this.#hides(durationNs, this.#leftNs[from]!);
    if (context >= 0) reached.see(context);
    else if (this.#tape.isAlone(at)) reached.work(kind, durationNs);
    else if (!this.#meet(at, durationNs)) return false;
    if (isLeft[at] === 1) this.#leftNs[at] = reached.leastNs.slice();
    return true;
  }

  /** An op that runs beside the chain takes no longer on any rank than the chain since the rank could start it. */
  #hides(durationNs: Float64Array, leftNs: Float64Array): boolean {
    const { leastNs } = this.#reached;
    for (let r = 0; r < durationNs.length; r++) {
      if (durationNs[r]! <= leastNs[r]! - leftNs[r]!) continue;
      this.reason = "an op beside others outlasts them";
      return false;
    }
    return true;
  }

  #meet(at: number, durationNs: Float64Array): boolean {
    const { groups, kind } = this.#tape.ops[at]!;
    const reached = this.#reached;
    const ends = reached.isOpen && this.#crosses[at]!;
    const count = groups.offsets.length - 1;
    let segment: FormSegment | undefined;
    for (let g = 0; g < count; g++) {
      if (!ends && reached.meet(groups, g)) continue;
      this.reason = LATE;
      if (!ends) return false;
      reached.findLast(groups, g, this.#metBy, this.#metNs);
      segment ??= this.#emit();
      if (!this.#isAs(segment)) return false;
    }
    this.reason = undefined;
    if (ends) {
      reached.restart();
      this.#lanes.fill(undefined);
    } else if (count === 1 && !reached.isOpen && this.#metNs.length > 1) this.#fix();
    reached.leave(groups, kind, durationNs);
    return true;
  }

  /** Ends a segment with the last meeting. */
  #emit(): FormSegment {
    const { kinds } = this.#tape;
    const { counts, spentNs } = this.#reached;
    const spent = new Float64Array(this.#metNs.length * kinds);
    for (let d = 0; d < this.#metBy.length; d++)
      for (const kind of this.#kinds) if (this.#metBy[d]! >= 0) spent[d * kinds + kind] = spentNs[kind]![this.#metBy[d]!]!;
    const made = segmentOf(counts.slice(), this.#metNs.slice(), spent, kinds);
    const like = this.#segments.find((other) => areAlike(made, other));
    if (like === undefined) this.#segments.push(made);
    else like.times++;
    this.#ofUnit.push(like ?? made);
    return like ?? made;
  }

  /** Whether the last meeting equals the end of `segment`, for all data groups. */
  #isAs({ restNs, spentNs }: FormSegment): boolean {
    const { kinds } = this.#tape;
    for (let d = 0; d < restNs.length; d++) {
      const last = this.#metBy[d]!;
      if (last < 0) return false;
      this.reason = "groups of ranks see other ranks last";
      if (restNs[d] !== this.#metNs[d]) return false;
      for (const kind of this.#kinds) if (spentNs[d * kinds + kind] !== this.#reached.spentNs[kind]![last]) return false;
      this.reason = LATE;
    }
    return true;
  }

  /** Fixes the time reached so far: all ranks are level, and no context was seen. */
  #fix(): void {
    const { valueNs, spentNs } = this.#reached;
    const ns = valueNs[0]!;
    this.#hasFixed = true;
    this.#fixedNs += ns;
    for (const kind of this.#kinds) this.#fixedSpentNs[kind] = this.#fixedSpentNs[kind]! + spentNs[kind]![0]!;
    this.#reached.restart();
    this.#moveLanes(ns);
  }

  /** Lanes have ended so much earlier, but for those that are `kept`. */
  #moveLanes(ns: number, kept?: ReadonlySet<number>): void {
    for (const [lane, ends] of this.#lanes.entries())
      for (let r = 0; ends !== undefined && kept?.has(lane) !== true && r < ends.valueNs.length; r++)
        ends.valueNs[r] = ends.valueNs[r]! - ns;
  }

  #end(durations: readonly Float64Array[]): Form | undefined {
    const { ranks, rows } = this.#tape;
    const reached = this.#reached;
    reached.findLast(this.#everybody, 0, this.#metBy, this.#metNs);
    const isKnown = this.#lanes.every((ends, lane) => ends !== undefined || this.#chain!.isUsed[lane] === 0);
    this.reason = this.#metBy.includes(-1) ? LATE : isKnown ? undefined : "a lane ends before the last segment";
    if (this.reason !== undefined) return undefined;
    const last = this.#emit();
    if (this.#segments.at(-1) !== last || last.times > 1) {
      last.times--;
      this.#segments.push({ ...last, times: 1 });
    }
    const tail = reached.ends();
    const waitedNs = tail.valueNs.slice();
    for (const [row, times] of this.#chain!.times.entries()) {
      const durationNs = durations[row]!;
      for (let r = 0; times > 0 && rows[row]!.context < 0 && r < ranks; r++) waitedNs[r] = waitedNs[r]! - durationNs[r]! * times;
    }
    return {
      kinds: this.#kinds,
      fixedNs: this.#fixedNs,
      fixedSpentNs: this.#fixedSpentNs,
      segments: this.#segments,
      tail,
      lanes: this.#lanes.slice(),
      waitedNs,
      endsLevel: reached.areLevel(),
    };
  }
}
