import { formatQuantity, type Unit } from "@tokenyard/scenario";
import { alertUnitOf } from "./alert-unit.ts";

/** Digits that a bound is printed with, as long as they keep two apart. */
const FIGURES = [3, 6, 9, 12] as const;

/** `value`, 0 or more, with `figures` significant digits, rounded up or down. */
function roundedTo(value: number, towards: "up" | "down", figures: number): number {
  const near = Number(value.toPrecision(figures));
  if (towards === "up" ? near >= value : near <= value) return near;
  const exponent = Number(value.toExponential().split("e")[1]); // that of `near` is one more where it has been rounded up to a power of ten
  const step = Number(`1e${exponent - figures + 1}`);
  return Number((towards === "up" ? near + step : near - step).toPrecision(figures));
}

/**
 * A bound of `metric` as in a rule, rounded to the side on which the rule behaves as claimed: three digits could be beyond the value
 * itself.
 */
export function boundOf(value: number, metric: string, towards: "up" | "down", figures: number = FIGURES[0]): string {
  return textOf(roundedTo(value, towards, figures), metric);
}

/** Ends of the interval between two values of `metric`, rounded towards each other, in as many digits as keep them apart. */
export function boundsBetween(from: number, to: number, metric: string): readonly [string, string] {
  const [first, second] = from < to ? (["up", "down"] as const) : (["down", "up"] as const);
  for (const figures of FIGURES) {
    const ends = [roundedTo(from, first, figures), roundedTo(to, second, figures)] as const;
    if (from < to ? ends[0] < ends[1] : ends[0] > ends[1]) return [textOf(ends[0], metric), textOf(ends[1], metric)];
  }
  return [textOf(from, metric), textOf(to, metric)];
}

function textOf(value: number, metric: string): string {
  const unit = alertUnitOf(metric);
  return unit === "" ? String(value) : formatQuantity(value, unit as Unit);
}
