import type { Program } from "@tokenyard/program";
import { lastToEnd, SPENT_KEYS, WAITING } from "../../stages/critical-path.ts";
import type { TimedUnit } from "./timed-unit.ts";

/** A place in a program: the timed unit that tells of it, which of those that ran like that one, and the op in it. */
interface Place {
  timed: number;
  unit: number;
  op: number;
}

/** The walk of `spendCriticalPath` back through a program of which each unit that repeats is timed once. */
export class UnitWalk {
  readonly #program: Program;
  #units: readonly TimedUnit[] = [];
  readonly #at: Place = { timed: 0, unit: 0, op: 0 };
  readonly #held: Place = { timed: 0, unit: 0, op: 0 };
  /** Where it entered the unit that it is in, on which rank, and what was spent by then. */
  readonly #entered: Place = { timed: 0, unit: 0, op: 0 };
  #enteredRank = 0;
  readonly #spentBefore = new Float64Array(SPENT_KEYS.length);

  constructor(program: Program) {
    this.#program = program;
  }

  /** Adds to `spentNs` [SPENT_KEYS] where the time of the program went, whose first `count` of `units` are timed. */
  spend(units: readonly TimedUnit[], count: number, spentNs: Float64Array): void {
    const { ops, laneLast } = this.#program;
    const at = this.#at;
    this.#units = units;
    let rank = 0;
    let place = -1;
    let endNs = -1;
    for (let i = 0; i < laneLast.length; i++) {
      this.#find(laneLast[i]!, count - 1, this.#held);
      const ends = units[this.#held.timed]!.runs[this.#held.op]!.endNs;
      const last = lastToEnd(ends);
      if (ends[last]! < endNs) continue;
      endNs = ends[last]!;
      place = laneLast[i]!;
      rank = last;
    }
    if (place < 0) return;
    this.#find(place, count - 1, at);
    this.#entered.timed = -1;
    while (place >= 0) {
      const unit = units[at.timed]!;
      const run = unit.runs[at.op]!;
      spentNs[ops[place]!.kind]! += run.endNs[rank]! - run.startNs[rank]!;
      const startNs = run.startNs[rank]! - earlierNs(unit, at.unit);
      rank = run.cause[rank]!;
      place = this.#before(place, rank, startNs, spentNs);
      if (place < 0) return;
      this.#find(place, at.timed, this.#held);
      const isEntered = this.#held.timed !== at.timed || this.#held.unit !== at.unit;
      copy(this.#held, at);
      if (isEntered) place -= this.#enter(rank, spentNs);
    }
  }

  /** The place of the op that one at `place`, which started at `startNs`, was held by the longest on `rank`; −1 where it was none. */
  #before(place: number, rank: number, startNs: number, spentNs: Float64Array): number {
    const { ops, laneBefore } = this.#program;
    const { after } = ops[place]!;
    const held = this.#held;
    let before = -1;
    let readyNs = 0;
    for (let i = after.length; i >= 0; i--) {
      const other = i === after.length ? laneBefore[place]! : after[i]!; // of equals the one whose results it takes
      if (other < 0) continue;
      this.#find(other, this.#at.timed, held);
      const unit = this.#units[held.timed]!;
      const endNs = unit.runs[held.op]!.endNs[rank]! - earlierNs(unit, held.unit);
      if (endNs < readyNs) continue;
      before = other;
      readyNs = endNs;
    }
    spentNs[WAITING]! += startNs - readyNs;
    return before;
  }

  /**
   * It enters a unit on `rank`. Where it entered the one behind in the same place, which ran alike, it goes the same way until the second of them: adds
   * what that takes. Returns how many places that is.
   */
  #enter(rank: number, spentNs: Float64Array): number {
    const at = this.#at;
    const entered = this.#entered;
    const isAlike =
      entered.timed === at.timed && entered.unit === at.unit + 1 && entered.op === at.op && this.#enteredRank === rank && at.unit > 1;
    const skipped = isAlike ? at.unit - 1 : 0;
    for (let key = 0; key < spentNs.length; key++) {
      if (isAlike) spentNs[key]! += (spentNs[key]! - this.#spentBefore[key]!) * skipped;
      this.#spentBefore[key] = spentNs[key]!;
    }
    at.unit -= skipped;
    copy(at, entered);
    this.#enteredRank = rank;
    return skipped * this.#units[at.timed]!.runs.length;
  }

  /** Where `place` is, in the timed unit number `from` or before it. */
  #find(place: number, from: number, out: Place): void {
    let timed = from;
    while (this.#units[timed]!.first > place) timed--;
    const { first, runs } = this.#units[timed]!;
    out.timed = timed;
    out.unit = Math.floor((place - first) / runs.length);
    out.op = place - first - out.unit * runs.length;
  }
}

/** How much earlier than the last of those that ran like `unit` was the one of this number. */
function earlierNs({ times, periodNs }: TimedUnit, number: number): number {
  return periodNs * (times - 1 - number);
}

function copy(from: Place, into: Place): void {
  into.timed = from.timed;
  into.unit = from.unit;
  into.op = from.op;
}
