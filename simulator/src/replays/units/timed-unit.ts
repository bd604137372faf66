import type { OpRun } from "../../stages/timing.ts";
import type { Stretch } from "./stretch.ts";

/** A unit of a stretch that was timed, and how many units in a row ran like it. */
export interface TimedUnit {
  readonly stretch: Stretch;
  /** Place in the program of the first op of the first of them. */
  first: number;
  /** [ops] times of the last of them */
  readonly runs: readonly OpRun[];
  times: number;
  /** What each was later than the one before, where there are several. */
  periodNs: number;
}

/** Units that run like `unit`, now timed as the first of `times`, were each so much later than the one before: its times become those of the last. */
export function repeat(unit: TimedUnit, times: number, periodNs: number): void {
  unit.times = times;
  unit.periodNs = periodNs;
  const byNs = periodNs * (times - 1);
  for (let o = 0; o < unit.runs.length; o++) {
    const { arrivedNs, startNs, endNs } = unit.runs[o]!;
    for (let r = 0; r < endNs.length; r++) {
      arrivedNs[r] = arrivedNs[r]! + byNs;
      startNs[r] = startNs[r]! + byNs;
      endNs[r] = endNs[r]! + byNs;
    }
  }
}

/** How much later all ops of a unit ended on all ranks than those of the one before; undefined where that is not one time. */
export function periodOf({ runs }: TimedUnit, before: TimedUnit): number | undefined {
  const periodNs = runs[0]!.endNs[0]! - before.runs[0]!.endNs[0]!;
  for (let o = runs.length - 1; o >= 0; o--) {
    const { endNs } = runs[o]!;
    const endBeforeNs = before.runs[o]!.endNs;
    for (let r = 0; r < endNs.length; r++) if (endNs[r]! - endBeforeNs[r]! !== periodNs) return undefined;
  }
  return periodNs;
}
