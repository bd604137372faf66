import type { Loop } from "./loop.ts";
import type { Tape } from "./tape.ts";
import type { TimedUnit } from "./timed-unit.ts";

/** A place on a tape: the timed unit that has it, which of the units that ran like that one, and the op in it. */
interface Place {
  timed: number;
  unit: number;
  op: number;
}

/**
 * The critical path of a pass, back from the first rank that ends last: each op's time is that of the slowest rank of its group. Its
 * predecessor is what delayed the group's last rank longest: among equals an op whose results it uses, then the one before it on its lane.
 * The rest of the delay is waiting.
 */
export class Walk {
  readonly #tape: Tape;
  /** Number of the key for waiting. */
  readonly #waiting: number;
  #loop!: Loop;
  readonly #at: Place = { timed: 0, unit: 0, op: 0 };
  readonly #held: Place = { timed: 0, unit: 0, op: 0 };
  /** Place at which the walk entered the current unit, its rank, and the time spent by then. */
  readonly #entered: Place = { timed: 0, unit: 0, op: 0 };
  #enteredRank = 0;
  readonly #spentBefore: Float64Array;

  /** `keys`: op kinds, and behind them others; `waiting` is the number of one. */
  constructor(tape: Tape, keys: number, waiting: number) {
    this.#tape = tape;
    this.#waiting = waiting;
    this.#spentBefore = new Float64Array(keys);
  }

  /** Adds to `spentNs` [keys] where the time of the pass went that `loop` timed last. */
  spend(loop: Loop, spentNs: Float64Array): void {
    const { ops, laneLast } = this.#tape;
    const at = this.#at;
    this.#loop = loop;
    let rank = 0;
    let place = -1;
    let endNs = -1;
    for (let i = 0; i < laneLast.length; i++) {
      this.#find(laneLast[i]!, loop.count - 1, this.#held);
      const ends = loop.units[this.#held.timed]!.ops[this.#held.op]!.endNs;
      const last = firstToEndLast(ends);
      if (ends[last]! < endNs) continue;
      endNs = ends[last]!;
      place = laneLast[i]!;
      rank = last;
    }
    if (place < 0) return;
    this.#find(place, loop.count - 1, at);
    this.#entered.timed = -1;
    while (place >= 0) {
      const unit = loop.units[at.timed]!;
      const timed = unit.ops[at.op]!;
      const { kind, row } = ops[place]!;
      const start = timed.startOn(rank, loop.durations[row]!);
      spentNs[kind] = spentNs[kind]! + (timed.endNs[rank]! - start);
      rank = timed.causeOf(rank);
      place = this.#before(place, rank, start - earlierNs(unit, at.unit), spentNs);
      if (place < 0) return;
      this.#find(place, at.timed, this.#held);
      const isEntered = this.#held.timed !== at.timed || this.#held.unit !== at.unit;
      copy(this.#held, at);
      if (isEntered && unit.stretch.times > 1) place -= this.#enter(rank, spentNs);
    }
  }

  /** The place of the op that held one at `place`, which started at `startNs`, the longest on `rank`; −1 where none did. */
  #before(place: number, rank: number, startNs: number, spentNs: Float64Array): number {
    const { ops, laneBefore } = this.#tape;
    const { after } = ops[place]!;
    const held = this.#held;
    let before = -1;
    let readyNs = this.#loop.admittedNs;
    for (let i = after.length; i >= 0; i--) {
      const other = i === after.length ? laneBefore[place]! : after[i]!; // among equals the one whose results it uses
      if (other < 0) continue;
      this.#find(other, this.#at.timed, held);
      const unit = this.#loop.units[held.timed]!;
      const endNs = unit.ops[held.op]!.endNs[rank]! - (unit.times === 1 ? 0 : earlierNs(unit, held.unit));
      if (endNs < readyNs) continue;
      before = other;
      readyNs = endNs;
    }
    spentNs[this.#waiting] = spentNs[this.#waiting]! + (startNs - readyNs);
    return before;
  }

  /**
   * Enters a unit on `rank`. If the walk entered the unit behind at the same op on the same rank, and both ran alike, it takes the same way
   * until the second of them: adds that time for all of them at once. Returns the number of places skipped.
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
    return skipped * this.#loop.units[at.timed]!.stretch.size;
  }

  /** Finds `place` in the timed unit number `from` or an earlier one. */
  #find(place: number, from: number, out: Place): void {
    const { units } = this.#loop;
    let timed = from;
    while (units[timed]!.first > place) timed--;
    const { first, stretch, times } = units[timed]!;
    out.timed = timed;
    out.unit = times === 1 ? 0 : Math.floor((place - first) / stretch.size);
    out.op = place - first - out.unit * stretch.size;
  }
}

/** How much earlier than the last of those that ran like `unit` was the one of this number. */
function earlierNs({ times, periodNs }: TimedUnit, number: number): number {
  return periodNs * (times - 1 - number);
}

/** The first of the ranks that end last. */
export function firstToEndLast(endNs: Float64Array): number {
  let last = 0;
  for (let r = 1; r < endNs.length; r++) if (endNs[r]! > endNs[last]!) last = r;
  return last;
}

function copy(from: Place, into: Place): void {
  into.timed = from.timed;
  into.unit = from.unit;
  into.op = from.op;
}
