import { addTimes, COMPUTE, LANES, type Lane, NETWORK, type OpCost } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { UnderWay } from "../../metrics/under-way.ts";
import { lastEndNs } from "../../stages/critical-path.ts";
import type { StagedProgram, StageLanes } from "../../stages/stage-spec.ts";
import { createOpRun, type OpRun, timeOp } from "../../stages/timing.ts";
import type { Stretch } from "./stretch.ts";
import { periodOf, repeat, type TimedUnit } from "./timed-unit.ts";
import { UnitWalk } from "./unit-walk.ts";

/**
 * The times of one program on a stage, from 0: unit by unit until units repeat. That they do where each op of one ended as much later than in the unit
 * before, as those that follow see no more than that; or, where ops run in turn, where all ranks leave a unit together, as they entered it.
 */
export class TimedProgram {
  /** When all before the send have ended; and all. */
  beforeSendNs = 0;
  endNs = 0;
  readonly #stage: StageLanes;
  readonly #staged: StagedProgram;
  readonly #stretches: readonly Stretch[];
  readonly #walk: UnitWalk;
  readonly #ready: Float64Array;
  readonly #entered: Float64Array;
  /** [lanes] when they were free before it */
  readonly #freeAtFirst: readonly [Float64Array, Float64Array];
  /** [lanes] when they are free again */
  readonly #free: [Float64Array, Float64Array];
  /** Whether the network was in use when it began, and none of its ops has been timed since. */
  #isLate = false;
  /** [ops] of those that others may take results of */
  readonly #runs: OpRun[] = [];
  readonly #units: TimedUnit[] = [];
  #count = 0;

  constructor(stage: StageLanes, staged: StagedProgram, stretches: readonly Stretch[]) {
    const { ranks } = stage.spec;
    this.#stage = stage;
    this.#staged = staged;
    this.#stretches = stretches;
    this.#walk = new UnitWalk(staged.program);
    this.#ready = new Float64Array(ranks);
    this.#entered = new Float64Array(ranks);
    this.#freeAtFirst = [new Float64Array(ranks), new Float64Array(ranks)];
    this.#free = [this.#freeAtFirst[COMPUTE], this.#freeAtFirst[NETWORK]];
  }

  /** Times it where ops take `costs` [places in the program], of the first unit of a stretch for all, and the network is in use until `networkNs` [ranks] at most. */
  time(costs: readonly OpCost[], nowNs: number, networkNs: Float64Array): void {
    const { program } = this.#staged;
    const network = this.#freeAtFirst[NETWORK];
    this.#isLate = false;
    for (let r = 0; r < network.length; r++) {
      network[r] = Math.max(0, networkNs[r]! - nowNs);
      if (network[r]! > 0) this.#isLate = true;
    }
    this.#free[COMPUTE] = this.#freeAtFirst[COMPUTE];
    this.#free[NETWORK] = network;
    this.#count = 0;
    for (let s = 0; s < this.#stretches.length; s++) this.#timeStretch(this.#stretches[s]!, costs);
    this.endNs = this.#lanesEndNs();
    if (program.beforeSend === program.ops.length) this.beforeSendNs = this.endNs;
  }

  /** Tells the recorder, whose lanes are closed by the caller, what ops that took `costs` did. */
  record(costs: readonly OpCost[], recorder: Recorder, phase: number): void {
    for (let i = 0; i < this.#count; i++) {
      const { runs, stretch, times } = this.#units[i]!;
      for (let o = 0; o < runs.length; o++) {
        const { op, at } = stretch.ops[o]!;
        recorder.addAlike(this.#stage, op, phase, runs[o]!, costs[at]!.durationNs, times);
        addTimes(recorder.work.tally, costs[at]!, times);
        recorder.work.probe?.told.addDone(this.#stage.spec.firstRank, op.kind, costs[at]!, times);
      }
    }
  }

  /** Tells `underWay` of the ops that took `costs` and when they end, where it began at `startNs`; those of the send perhaps not. */
  tell(costs: readonly OpCost[], startNs: number, withSend: boolean, underWay: UnderWay): void {
    const { beforeSend } = this.#staged.program;
    const { firstRank } = this.#stage.spec;
    for (let i = 0; i < this.#count; i++) {
      const { first, runs, stretch, times, periodNs } = this.#units[i]!;
      const startsNs = Float64Array.from({ length: times }, (_, unit) => startNs - periodNs * (times - 1 - unit)); // its times are those of the last
      for (let o = 0; o < runs.length; o++) {
        if (!withSend && first + o >= beforeSend) continue;
        const { op, at } = stretch.ops[o]!;
        if (op.lane !== NETWORK && !underWay.asksOfAll) continue;
        underWay.add(firstRank, op.kind, costs[at]!, startsNs, lastEndNs(runs[o]!.endNs));
      }
    }
  }

  /** Adds its critical path to `spentNs` [SPENT_KEYS]. */
  spend(spentNs: Float64Array): void {
    this.#walk.spend(this.#units, this.#count, spentNs);
  }

  /** When the last op on `lane` ended on each rank; undefined when there was none. */
  lastEnd(lane: Lane): Float64Array | undefined {
    return this.#free[lane] === this.#freeAtFirst[lane] ? undefined : this.#free[lane];
  }

  #timeStretch(stretch: Stretch, costs: readonly OpCost[]): void {
    const { ops, times, inTurn } = stretch;
    const first = ops[0]!.at;
    let before: TimedUnit | undefined;
    for (let u = 0; u < times; u++) {
      const at = first + u * ops.length;
      const entered = at === 0 ? this.#entered : this.#runs[at - 1]!.endNs;
      const isLevel = inTurn && !this.#isLate && areEqual(entered);
      const enteredNs = entered[0]!;
      const unit = this.#timeUnit(stretch, at, costs);
      const left = times - u;
      if (left === 1) return;
      const { endNs } = unit.runs[unit.runs.length - 1]!;
      const periodNs = isLevel && areEqual(endNs) ? endNs[0]! - enteredNs : before && periodOf(unit, before);
      if (periodNs !== undefined) {
        repeat(unit, left, periodNs);
        for (let o = 0; o < ops.length; o++) this.#runs[first + (times - 1) * ops.length + o] = unit.runs[o]!;
        return;
      }
      before = unit;
    }
  }

  #timeUnit(stretch: Stretch, first: number, costs: readonly OpCost[]): TimedUnit {
    const { groups, program } = this.#staged;
    const unit = this.#unitAt(this.#count++, stretch);
    unit.first = first;
    unit.times = 1;
    for (let o = 0; o < stretch.ops.length; o++) {
      const { op, at } = stretch.ops[o]!;
      const run = unit.runs[o]!;
      if (first + o === program.beforeSend) this.beforeSendNs = this.#lanesEndNs();
      timeOp(groups[at]!, this.#free[op.lane], this.#readyFor(op.after, first + o - at), costs[at]!.durationNs, run);
      this.#free[op.lane] = run.endNs;
      this.#runs[first + o] = run;
      if (op.lane === NETWORK) this.#isLate = false;
    }
    return unit;
  }

  /** When the results of ops at the places `after`, `off` places on, are there on each rank. */
  #readyFor(after: readonly number[], off: number): Float64Array {
    if (after.length === 0) return this.#entered;
    const { endNs } = this.#runs[after[0]! + off]!;
    if (after.length === 1) return endNs;
    const ready = this.#ready;
    ready.set(endNs);
    for (let i = 1; i < after.length; i++) {
      const otherNs = this.#runs[after[i]! + off]!.endNs;
      for (let r = 0; r < ready.length; r++) if (otherNs[r]! > ready[r]!) ready[r] = otherNs[r]!;
    }
    return ready;
  }

  #unitAt(number: number, stretch: Stretch): TimedUnit {
    const there = this.#units[number];
    if (there !== undefined && there.stretch === stretch) return there;
    const runs = stretch.ops.map(() => createOpRun(this.#stage.spec.ranks));
    const made = { stretch, first: 0, runs, times: 1, periodNs: 0 };
    this.#units[number] = made;
    return made;
  }

  /** When the last op so far on either lane ends. */
  #lanesEndNs(): number {
    let last = 0;
    for (const lane of LANES) {
      const endNs = this.#free[lane];
      if (endNs === this.#freeAtFirst[lane]) continue;
      for (let r = 0; r < endNs.length; r++) if (endNs[r]! > last) last = endNs[r]!;
    }
    return last;
  }
}

function areEqual(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
