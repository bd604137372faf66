import type { Stretch } from "./stretch.ts";
import type { Tape } from "./tape.ts";
import type { TimedOp } from "./timed-op.ts";
import { areEqual, createUnit, periodOf, repeat, type TimedUnit } from "./timed-unit.ts";

/** Callbacks for durations that are unknown until an op is launched. */
export interface Asked {
  /** Op number `at` is launched: it can begin on each rank when its lane is free and its results are ready, both [ranks]. Its row is filled now. */
  launch(at: number, freeNs: Float64Array, readyNs: Float64Array): void;
  /** Op number `at` ends as `timed` says, unless it is delayed. */
  ended(at: number, timed: TimedOp): void;
}

/**
 * Times the ops of a tape on all ranks: the one place that advances ranks. It draws nothing and records nothing. If every op of a unit ends as much later as in
 * the unit before, on all ranks, so do those of the units that follow: they are not timed one by one.
 */
export class Loop {
  readonly tape: Tape;
  /** The first `count` of these were timed. */
  readonly units: readonly TimedUnit[];
  count = 0;
  /** Rows that the pass was timed with. */
  durations: readonly Float64Array[] = [];
  /** [lanes][ranks] waited at meetings */
  readonly waitingNs: readonly Float64Array[];
  /** [lanes][ranks] when each lane has ended its last op; as it was given where it has none. */
  readonly freeNs: Float64Array[];
  /** When all before the send have ended on all ranks, and all; the admission of a pass without ops. */
  crossedNs = 0;
  endNs = 0;
  admittedNs = 0;
  // State of a stopped pass: whether some op has not ended, [ops] 1 if it has, and [lanes] the place of the running op; −1: none.
  isStopped = false;
  readonly hasEnded: Uint8Array;
  readonly running: Int32Array;

  readonly #units: TimedUnit[] = [];
  /** [ops] of those that others may take results of */
  readonly #at: TimedOp[] = [];
  readonly #ready: Float64Array;
  /** [ranks] instant of the admission */
  readonly #now: Float64Array;
  /** [lanes][ranks] of the current unit */
  readonly #waitedNs: readonly Float64Array[];
  /** [lanes] 1: it was in use at the admission, and none of its ops is timed. */
  readonly #isLate: Uint8Array;
  /** [lanes] when the last of its ops has ended on all ranks */
  readonly #laneLastNs: Float64Array;

  constructor(tape: Tape) {
    const columns = () => Array.from({ length: tape.lanes }, () => new Float64Array(tape.ranks));
    this.tape = tape;
    this.units = this.#units;
    this.waitingNs = columns();
    this.freeNs = columns();
    this.hasEnded = new Uint8Array(tape.ops.length);
    this.running = new Int32Array(tape.lanes);
    this.#ready = new Float64Array(tape.ranks);
    this.#now = new Float64Array(tape.ranks);
    this.#waitedNs = columns();
    this.#isLate = new Uint8Array(tape.lanes);
    this.#laneLastNs = new Float64Array(tape.lanes);
  }

  /** Times a pass that is admitted at `nowNs`, whose rows take `durations` [rows][ranks], on lanes that are free at `freeNs` [lanes][ranks]. */
  time(durations: readonly Float64Array[], nowNs: number, freeNs: readonly Float64Array[], asked?: Asked): void {
    this.#begin(durations, nowNs, freeNs);
    for (let s = 0; s < this.tape.stretches.length; s++) this.#timeStretch(this.tape.stretches[s]!, asked);
    this.#end();
  }

  /**
   * Times a pass up to `untilNs`. An op is launched once the previous op of its lane and the ops whose results it needs have ended on all
   * ranks before that instant; a lane stops at its first op that has not ended by then.
   */
  timeUntil(durations: readonly Float64Array[], nowNs: number, freeNs: readonly Float64Array[], untilNs: number, asked?: Asked): void {
    this.#begin(durations, nowNs, freeNs);
    const { stretches, ops, beforeSend } = this.tape;
    this.running.fill(-1);
    const isOpen = new Uint8Array(this.tape.lanes).fill(1);
    this.hasEnded.fill(0);
    for (const stretch of stretches) {
      for (let u = 0; u < stretch.times; u++) {
        const unit = this.#enter(stretch, stretch.first + u * stretch.size);
        for (let o = 0; o < stretch.size; o++) {
          const at = unit.first + o;
          const { lane, after } = ops[at]!;
          if (at === beforeSend) this.crossedNs = this.#lastNs();
          this.#at[at] = unit.ops[o]!;
          const isLaunched =
            isOpen[lane] === 1 &&
            Math.max(nowNs, this.#laneLastNs[lane]!) < untilNs &&
            after.every((before) => this.hasEnded[before] === 1 && this.#at[before]!.lastNs < untilNs);
          isOpen[lane] = 0;
          if (!isLaunched) continue;
          const before = this.freeNs[lane]!;
          const beforeNs = this.#laneLastNs[lane]!;
          this.#timeOp(unit, o, this.waitingNs, asked);
          const hasEnded = unit.ops[o]!.lastNs <= untilNs ? 1 : 0;
          this.hasEnded[at] = hasEnded;
          isOpen[lane] = hasEnded;
          if (hasEnded === 1) continue;
          this.running[lane] = at;
          this.freeNs[lane] = before;
          this.#laneLastNs[lane] = beforeNs;
        }
      }
    }
    this.#end();
    this.isStopped = this.hasEnded.includes(0);
  }

  #end(): void {
    this.endNs = this.#lastNs();
    if (this.tape.beforeSend === this.tape.ops.length) this.crossedNs = this.endNs;
  }

  /** The times of op number `at`, of a pass whose units were timed one by one, or where it is of none that repeats. */
  opAt(at: number): TimedOp {
    return this.#at[at]!;
  }

  /** [ranks] When op number `at` arrived, of a pass whose units were timed one by one: its lane was free, and its results were ready. */
  fillArrivals(at: number, freeNs: readonly Float64Array[], out: Float64Array): void {
    const { ops, laneBefore } = this.tape;
    const { lane, after } = ops[at]!;
    const before = laneBefore[at]!;
    const free = before < 0 ? freeNs[lane]! : this.#at[before]!.endNs;
    const ready = this.#readyFor(after);
    for (let r = 0; r < out.length; r++) out[r] = Math.max(free[r]!, ready[r]!);
  }

  #begin(durations: readonly Float64Array[], nowNs: number, freeNs: readonly Float64Array[]): void {
    this.durations = durations;
    this.admittedNs = nowNs;
    this.crossedNs = nowNs;
    this.isStopped = false;
    this.count = 0;
    this.#now.fill(nowNs);
    for (let lane = 0; lane < this.freeNs.length; lane++) {
      const free = freeNs[lane]!;
      this.freeNs[lane] = free;
      this.waitingNs[lane]!.fill(0);
      let lastNs = 0;
      for (let r = 0; r < free.length; r++) if (free[r]! > lastNs) lastNs = free[r]!;
      this.#laneLastNs[lane] = lastNs;
      this.#isLate[lane] = lastNs > nowNs ? 1 : 0;
    }
    this.endNs = nowNs;
  }

  #timeStretch(stretch: Stretch, asked: Asked | undefined): void {
    const { first, size, times, inTurn } = stretch;
    if (times === 1) this.#timeUnit(stretch, first, this.waitingNs, asked);
    let before: TimedUnit | undefined;
    for (let u = 0; times > 1 && u < times; u++) {
      const at = first + u * size;
      const entered = at === 0 ? this.#now : this.#at[at - 1]!.endNs;
      const isLevel = inTurn && !this.#isLate.includes(1) && areEqual(entered);
      const enteredNs = entered[0]!;
      for (let lane = 0; lane < this.#waitedNs.length; lane++) this.#waitedNs[lane]!.fill(0);
      const unit = this.#timeUnit(stretch, at, this.#waitedNs, asked);
      const left = times - u;
      const { endNs } = unit.ops[size - 1]!;
      const periodNs = left === 1 ? undefined : isLevel && areEqual(endNs) ? endNs[0]! - enteredNs : before && periodOf(unit, before);
      this.#addWaited(periodNs === undefined ? 1 : left);
      if (periodNs !== undefined) {
        this.#repeat(unit, left, periodNs);
        return;
      }
      before = unit;
    }
  }

  #repeat(unit: TimedUnit, times: number, periodNs: number): void {
    const { ops, stretch, first } = unit;
    const last = first + (times - 1) * stretch.size;
    repeat(unit, times, periodNs);
    for (let o = 0; o < ops.length; o++) {
      this.#at[last + o] = ops[o]!;
      this.#laneLastNs[this.tape.ops[last + o]!.lane] = ops[o]!.lastNs;
    }
  }

  #addWaited(times: number): void {
    for (let lane = 0; lane < this.#waitedNs.length; lane++) {
      const waited = this.#waitedNs[lane]!;
      const sums = this.waitingNs[lane]!;
      for (let r = 0; r < sums.length; r++) sums[r] = sums[r]! + waited[r]! * times;
    }
  }

  #timeUnit(stretch: Stretch, first: number, waitingNs: readonly Float64Array[], asked: Asked | undefined): TimedUnit {
    const unit = this.#enter(stretch, first);
    const { beforeSend } = this.tape;
    for (let o = 0; o < unit.ops.length; o++) {
      if (first + o === beforeSend) this.crossedNs = this.#lastNs();
      this.#timeOp(unit, o, waitingNs, asked);
      this.#at[first + o] = unit.ops[o]!;
    }
    return unit;
  }

  #timeOp({ first, ops }: TimedUnit, o: number, waitingNs: readonly Float64Array[], asked: Asked | undefined): void {
    const timed = ops[o]!;
    const { lane, row, after } = this.tape.ops[first + o]!;
    const free = this.freeNs[lane]!;
    const ready = this.#readyFor(after);
    asked?.launch(first + o, free, ready);
    timed.time(free, ready, this.durations[row]!, waitingNs[lane]!);
    asked?.ended(first + o, timed);
    this.freeNs[lane] = timed.endNs;
    this.#isLate[lane] = 0;
    if (timed.lastNs > this.#laneLastNs[lane]!) this.#laneLastNs[lane] = timed.lastNs;
  }

  /** [ranks] When the results of ops at the places `after` are ready. */
  #readyFor(after: readonly number[]): Float64Array {
    if (after.length === 0) return this.#now;
    const { endNs } = this.#at[after[0]!]!;
    if (after.length === 1) return endNs;
    const ready = this.#ready;
    ready.set(endNs);
    for (let i = 1; i < after.length; i++) {
      const otherNs = this.#at[after[i]!]!.endNs;
      for (let r = 0; r < ready.length; r++) if (otherNs[r]! > ready[r]!) ready[r] = otherNs[r]!;
    }
    return ready;
  }

  #enter(stretch: Stretch, first: number): TimedUnit {
    const number = this.count++;
    const known = this.#units[number];
    const unit = known?.stretch === stretch ? known : createUnit(this.tape, stretch);
    this.#units[number] = unit;
    unit.first = first;
    unit.times = 1;
    unit.periodNs = 0;
    return unit;
  }

  /** When the last op so far on any lane ends. */
  #lastNs(): number {
    let lastNs = this.admittedNs;
    for (let lane = 0; lane < this.freeNs.length; lane++) if (this.#isLate[lane] === 0) lastNs = Math.max(lastNs, this.#laneLastNs[lane]!);
    return lastNs;
  }
}
