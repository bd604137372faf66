import { addTimes, type Lane, type WorkTally } from "@tokenyard/program";
import type { Recorder } from "../logs/recorder.ts";
import { lastToEnd, WAITING } from "../stages/critical-path.ts";
import type { StageLanes } from "../stages/stage-spec.ts";
import { createOpRun, type OpRun, timeOp } from "../stages/timing.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { Stretch } from "./stretch.ts";

/** A unit of a stretch that was timed, and how many units in a row ran like it. */
interface TimedUnit {
  readonly stretch: Stretch;
  readonly runs: readonly OpRun[];
  times: number;
}

/** The times of one pass on a stage, from 0: unit by unit until units repeat. */
export class TimedPass {
  readonly #stage: StageLanes;
  readonly #facts: PassFacts;
  readonly #stretches: readonly Stretch[];
  readonly #free: Float64Array;
  readonly #entered: Float64Array;
  readonly #units: TimedUnit[] = [];
  #count = 0;

  constructor(stage: StageLanes, facts: PassFacts, stretches: readonly Stretch[]) {
    this.#stage = stage;
    this.#facts = facts;
    this.#stretches = stretches;
    this.#free = new Float64Array(stage.spec.ranks);
    this.#entered = new Float64Array(stage.spec.ranks);
  }

  /** Times the pass that the facts tell of. Returns its nanoseconds. */
  time(): number {
    this.#count = 0;
    let ready = this.#entered;
    for (let s = 0; s < this.#stretches.length; s++) {
      const stretch = this.#stretches[s]!;
      let left = stretch.times;
      while (left > 0) {
        const together = allEqual(ready);
        const enteredNs = ready[0]!;
        const unit = this.#timeUnit(stretch, ready);
        ready = unit.runs[unit.runs.length - 1]!.endNs;
        left--;
        if (left === 0 || !together || !allEqual(ready)) continue;
        const unitNs = ready[0]! - enteredNs;
        unit.times += left;
        // The later units end so much later; nobody looks at the times of this one again, only at their differences.
        shift(unit, unitNs * left);
        left = 0;
      }
    }
    let endNs = 0;
    for (let r = 0; r < ready.length; r++) if (ready[r]! > endNs) endNs = ready[r]!;
    return endNs;
  }

  /** Adds the pass to tally and critical path. */
  account(tally: WorkTally, spentNs: Float64Array): void {
    for (let i = 0; i < this.#count; i++) {
      const { runs, stretch, times } = this.#units[i]!;
      for (let o = 0; o < runs.length; o++) {
        addTimes(tally, this.#facts.ops[stretch.ops[o]!.at]!, times);
      }
    }
    this.#spend(spentNs);
  }

  /** Adds the pass to the recorder, whose lanes are closed by the caller. */
  record(recorder: Recorder, phase: number): void {
    for (let i = 0; i < this.#count; i++) {
      const { runs, stretch, times } = this.#units[i]!;
      for (let o = 0; o < runs.length; o++) {
        const { op, at } = stretch.ops[o]!;
        recorder.addAlike(this.#stage, op, phase, runs[o]!, this.#facts.ops[at]!.durationNs, times);
      }
    }
  }

  /** When the last op on `lane` ended on each rank; undefined when there was none. */
  lastEnd(lane: Lane): Float64Array | undefined {
    for (let i = this.#count - 1; i >= 0; i--) {
      const { runs, stretch } = this.#units[i]!;
      for (let o = runs.length - 1; o >= 0; o--) if (stretch.ops[o]!.op.lane === lane) return runs[o]!.endNs;
    }
    return undefined;
  }

  #timeUnit(stretch: Stretch, entered: Float64Array): TimedUnit {
    const unit = this.#unitAt(this.#count++, stretch);
    const { groups } = this.#stage.spec.slices[0]!;
    let ready = entered;
    for (let o = 0; o < stretch.ops.length; o++) {
      const { at } = stretch.ops[o]!;
      const run = unit.runs[o]!;
      timeOp(groups[at]!, this.#free, ready, this.#facts.ops[at]!.durationNs, run); // its lane is free: one micro-batch, op after op
      ready = run.endNs;
    }
    unit.times = 1;
    return unit;
  }

  #unitAt(number: number, stretch: Stretch): TimedUnit {
    const there = this.#units[number];
    if (there !== undefined && there.stretch === stretch) return there;
    const made = { stretch, runs: stretch.ops.map(() => createOpRun(this.#stage.spec.ranks)), times: 1 };
    this.#units[number] = made;
    return made;
  }

  /** As `spendCriticalPath`: walks back from the rank that ended last; where units repeat, once for all that are walked alike. */
  #spend(spentNs: Float64Array): void {
    let rank = -1;
    for (let i = this.#count - 1; i >= 0; i--) {
      const { runs, stretch, times } = this.#units[i]!;
      if (rank < 0) rank = lastToEnd(runs[runs.length - 1]!.endNs);
      for (let left = times; left > 0; ) {
        const alike = entryOf(runs, rank) === rank ? left : 1;
        rank = walkUnit(runs, stretch, rank, alike, spentNs);
        left -= alike;
      }
    }
  }
}

/** The rank where the critical path that ends on `endRank` entered. */
function entryOf(runs: readonly OpRun[], endRank: number): number {
  let rank = endRank;
  for (let o = runs.length - 1; o >= 0; o--) rank = runs[o]!.cause[rank]!;
  return rank;
}

/** Walks the critical path back from where `endRank` ended, and adds it `times`; returns the rank where it entered. */
function walkUnit(runs: readonly OpRun[], stretch: Stretch, endRank: number, times: number, spentNs: Float64Array): number {
  let rank = endRank;
  for (let o = runs.length - 1; o >= 0; o--) {
    const run = runs[o]!;
    const { kind } = stretch.ops[o]!.op;
    const start = run.startNs[rank]!;
    spentNs[kind] = spentNs[kind]! + (run.endNs[rank]! - start) * times;
    rank = run.cause[rank]!;
    spentNs[WAITING] = spentNs[WAITING]! + (start - run.arrivedNs[rank]!) * times; // the last to arrive: nothing
  }
  return rank;
}

function allEqual(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function shift({ runs }: TimedUnit, byNs: number): void {
  for (let o = 0; o < runs.length; o++) {
    const { arrivedNs, startNs, endNs } = runs[o]!;
    for (let r = 0; r < endNs.length; r++) {
      arrivedNs[r] = arrivedNs[r]! + byNs;
      startNs[r] = startNs[r]! + byNs;
      endNs[r] = endNs[r]! + byNs;
    }
  }
}
