import type { Stretch } from "./stretch.ts";
import type { Tape } from "./tape.ts";
import { TimedOp } from "./timed-op.ts";

/** A unit of a stretch that was timed, and how many units in a row ran like it. */
export interface TimedUnit {
  readonly stretch: Stretch;
  /** Place of the first op of the first of them. */
  first: number;
  /** [ops] times of the last of them */
  readonly ops: readonly TimedOp[];
  times: number;
  /** How much later each ran than the one before, where there are several. */
  periodNs: number;
}

export function createUnit({ ops, ranks }: Tape, stretch: Stretch): TimedUnit {
  const timed = Array.from({ length: stretch.size }, (_, o) => new TimedOp(ops[stretch.first + o]!.groups, ranks));
  return { stretch, first: stretch.first, ops: timed, times: 1, periodNs: 0 };
}

/** Units that run like `unit` are each `periodNs` later than the one before: its times become those of the last of `times`. */
export function repeat(unit: TimedUnit, times: number, periodNs: number): void {
  unit.times = times;
  unit.periodNs = periodNs;
  for (let o = 0; o < unit.ops.length; o++) unit.ops[o]!.shift(periodNs * (times - 1));
}

/** How much later all ops of a unit ended on all ranks than those of the one before; undefined where that is not one time. */
export function periodOf({ ops }: TimedUnit, before: TimedUnit): number | undefined {
  const periodNs = ops[0]!.endNs[0]! - before.ops[0]!.endNs[0]!;
  for (let o = ops.length - 1; o >= 0; o--) {
    const { endNs } = ops[o]!;
    const endBeforeNs = before.ops[o]!.endNs;
    for (let r = 0; r < endNs.length; r++) if (endNs[r]! - endBeforeNs[r]! !== periodNs) return undefined;
  }
  return periodNs;
}

/** Whether all of `values` are the same. */
export function areEqual(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
