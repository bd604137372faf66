import type { Groups } from "@tokenyard/placement";
import { copyEnds, type RankEnds } from "./form.ts";
import type { Keys } from "./keys.ts";
import type { Tape } from "./tape.ts";

/** Time that ranks have reached since the current segment began, without contexts, of which all have seen equally many. */
export class Reached implements RankEnds {
  readonly valueNs: Float64Array;
  readonly counts: Float64Array;
  readonly leadCounts: Float64Array;
  /** [op kinds][ranks] the same along the critical path */
  readonly spentNs: readonly Float64Array[];
  /** [ranks] how long each has been at it at least, since the pass began */
  readonly leastNs: Float64Array;
  /** Whether any context was seen. */
  isOpen = false;
  readonly #keys: Keys;
  /** Kinds of ops on the tape. */
  readonly #kinds: readonly number[];

  constructor({ ranks, kinds, contexts }: Tape, keys: Keys, ownKinds: readonly number[]) {
    this.counts = new Float64Array(contexts);
    this.leadCounts = new Float64Array(contexts);
    this.valueNs = new Float64Array(ranks);
    this.spentNs = Array.from({ length: kinds }, () => new Float64Array(ranks));
    this.leastNs = new Float64Array(ranks);
    this.#keys = keys;
    this.#kinds = ownKinds;
  }

  /** A segment begins. */
  restart(): void {
    this.valueNs.fill(0);
    this.counts.fill(0);
    this.leadCounts.fill(0);
    for (const kind of this.#kinds) this.spentNs[kind]!.fill(0);
    this.isOpen = false;
  }

  copy(other: Reached): void {
    this.valueNs.set(other.valueNs);
    this.counts.set(other.counts);
    this.leadCounts.set(other.leadCounts);
    for (const kind of this.#kinds) this.spentNs[kind]!.set(other.spentNs[kind]!);
    this.isOpen = other.isOpen;
  }

  see(context: number): void {
    this.counts[context]!++;
    this.isOpen = true;
  }

  /** Each rank has an op of `kind` alone. */
  work(kind: number, durationNs: Float64Array): void {
    const { valueNs, leastNs } = this;
    const own = this.spentNs[kind]!;
    for (let r = 0; r < valueNs.length; r++) {
      const ns = durationNs[r]!;
      valueNs[r] = valueNs[r]! + ns;
      own[r] = own[r]! + ns;
      leastNs[r] = leastNs[r]! + ns;
    }
  }

  /** Ranks of group `g` wait for the last of them: of a data group that has seen contexts, its slowest. False where that is not so. */
  meet({ offsets, members }: Groups, g: number): boolean {
    const { valueNs, counts, leadCounts } = this;
    const { of, leads, groupOf, areMixed } = this.#keys;
    const from = offsets[g]!;
    const to = offsets[g + 1]!;
    const isMixed = areMixed && this.isOpen;
    const lead = leads[groupOf[members[from]!]!]!;
    let last = -1;
    for (let m = from; m < to; m++) {
      const rank = members[m]!;
      if (isMixed && of[rank] !== lead) continue;
      if (last < 0 || valueNs[rank]! > valueNs[last]!) last = rank;
    }
    const ns = last < 0 ? -1 : valueNs[last]!;
    for (let m = from; m < to; m++) if (valueNs[members[m]!]! > ns) return false;
    for (let m = from; m < to; m++) valueNs[members[m]!] = ns;
    for (let k = 0; k < this.#kinds.length; k++) {
      const column = this.spentNs[this.#kinds[k]!]!;
      const spent = column[last]!;
      for (let m = from; m < to; m++) column[members[m]!] = spent;
    }
    if (isMixed) leadCounts.set(counts);
    return true;
  }

  /** Groups that have met for an op of `kind` leave after their longest duration. */
  leave({ offsets, members }: Groups, kind: number, durationNs: Float64Array): void {
    const { valueNs, leastNs } = this;
    const own = this.spentNs[kind]!;
    for (let g = 0; g + 1 < offsets.length; g++) {
      let longest = 0;
      for (let m = offsets[g]!; m < offsets[g + 1]!; m++) longest = Math.max(longest, durationNs[members[m]!]!);
      for (let m = offsets[g]!; m < offsets[g + 1]!; m++) {
        const rank = members[m]!;
        valueNs[rank] = valueNs[rank]! + longest;
        own[rank] = own[rank]! + longest;
        leastNs[rank] = leastNs[rank]! + longest;
      }
    }
  }

  /**
   * Fills `last` and `lastNs` [data groups] with the ranks in group `g` that arrive last, and their times. Where contexts were seen these
   * must be the slowest; −1: they are not, or none is in the group.
   */
  findLast({ offsets, members }: Groups, g: number, last: Int32Array, lastNs: Float64Array): void {
    const { valueNs } = this;
    const { of, groupOf, leads } = this.#keys;
    last.fill(-1);
    lastNs.fill(-1);
    for (let m = offsets[g]!; m < offsets[g + 1]!; m++) {
      const rank = members[m]!;
      const group = groupOf[rank]!;
      if ((this.isOpen && of[rank] !== leads[group]) || valueNs[rank]! <= lastNs[group]!) continue;
      last[group] = rank;
      lastNs[group] = valueNs[rank]!;
    }
    for (let m = offsets[g]!; m < offsets[g + 1]!; m++)
      if (valueNs[members[m]!]! > lastNs[groupOf[members[m]!]!]!) last[groupOf[members[m]!]!] = -1;
  }

  /** Whether all ranks have reached the same, and along the same way, whatever contexts take. */
  areLevel(): boolean {
    if (this.isOpen && this.#keys.factors.length > 1) return false; // each by the contexts of its data group, at its pace
    const areEqual = (column: Float64Array) => column.every((ns) => ns === column[0]);
    return areEqual(this.valueNs) && this.#kinds.every((kind) => areEqual(this.spentNs[kind]!));
  }

  /**
   * Whether it is as `was` says; or, where `isStill` is false, each rank is later by as much as the others of its data group, or as all where groups of ranks of
   * several have met (`hasCrossed`). Where any ranks have met (`hasMet`), contexts before the last meeting were the slowest rank's in each unit alike.
   */
  isLike(was: Reached, isStill: boolean, hasMet: boolean, hasCrossed: boolean): boolean {
    if (this.isOpen !== was.isOpen) return false;
    const leads = hasMet && this.#keys.areMixed;
    for (let c = 0; c < this.counts.length; c++) {
      const more = this.counts[c]! - was.counts[c]!;
      const ofLead = this.leadCounts[c]! - was.leadCounts[c]!;
      if (isStill ? more !== 0 || ofLead !== 0 : ofLead !== (leads ? more : 0)) return false;
    }
    if (!this.#areLater(this.valueNs, was.valueNs, isStill, hasCrossed)) return false;
    return this.#kinds.every((kind) => this.#areLater(this.spentNs[kind]!, was.spentNs[kind]!, isStill, hasCrossed));
  }

  /** Repeats the changes since `was` `times` times: adds them here, and their shares to `ends`. */
  repeat(was: Reached, times: number, ends: readonly RankEnds[]): void {
    const moreNs = this.valueNs.map((ns, r) => (ns - was.valueNs[r]!) * times);
    const moreCounts = this.counts.map((count, c) => (count - was.counts[c]!) * times);
    const moreLeads = this.leadCounts.map((count, c) => (count - was.leadCounts[c]!) * times);
    for (const kind of this.#kinds) {
      const now = this.spentNs[kind]!;
      for (let r = 0; r < now.length; r++) now[r] = now[r]! + (now[r]! - was.spentNs[kind]![r]!) * times;
    }
    for (const each of [this, ...ends]) {
      addTo(each.valueNs, moreNs);
      addTo(each.counts, moreCounts);
      addTo(each.leadCounts, moreLeads);
    }
  }

  ends(): RankEnds {
    return copyEnds(this);
  }

  #areLater(now: Float64Array, was: Float64Array, isStill: boolean, hasCrossed: boolean): boolean {
    const { groupOf } = this.#keys;
    let more = 0;
    for (let r = 0; r < now.length; r++) {
      if (!isStill && (r === 0 || (!hasCrossed && groupOf[r] !== groupOf[r - 1]))) more = now[r]! - was[r]!;
      if (now[r]! - was[r]! !== more) return false;
    }
    return true;
  }
}

function addTo(sums: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + more[i]!;
}
