import { scaleLinear, scaleLog } from "d3-scale";

/** A scale with the places of its ticks. */
export interface Axis {
  /** Pixels of a value. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Ticks in powers of ten where the largest value is many times the smallest, else even ones from `low` on. */
export function axisOf(low: number, high: number, pixels: readonly [number, number], wanted = 5): Axis {
  if (low > 0 && high / low > WIDE) {
    const log = scaleLog([low, high], [...pixels]);
    const tens = log.ticks(wanted).filter((tick) => /^1e/.test(tick.toExponential()));
    return { at: (value) => log(Math.max(value, low)), ticks: tens };
  }
  const top = high > low ? high : low + 1;
  const linear = scaleLinear([low, top], [...pixels]).nice(wanted);
  return { at: (value) => linear(value), ticks: linear.ticks(wanted) };
}

const WIDE = 50;
