import type { PlacedMetric } from "./front.ts";
import { numberText } from "./value.ts";

type Bounded = Pick<PlacedMetric, "least" | "most">;

/** A part of an axis that demands leave, from its lower end on; undefined: they leave nothing of it. */
export interface Allowed {
  readonly from: number;
  readonly to: number;
}

/** What bounds on a metric leave of an axis from `low` to `high`. */
export function allowedPart(
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Bounded,
  [low, high]: Extent,
): Allowed | undefined {
  const [from, to] = [Math.max(least, low), Math.min(most, high)];
  return from > to ? undefined : { from, to };
}

export type Extent = readonly [low: number, high: number];

/** The extent of values with the bounds that are no further from them than they are from each other. */
export function extentWith({ least, most }: Bounded, [low, high]: Extent, isLogarithmic: boolean): Extent {
  const size = (from: number, to: number) => (isLogarithmic ? Math.log(to / from) : to - from);
  const reach = low === high ? Math.abs(high) : size(low, high);
  const near = [least, most].filter(
    (bound) => bound !== undefined && (!isLogarithmic || bound > 0) && size(bound, low) <= reach && size(high, bound) <= reach,
  ) as number[];
  return [Math.min(low, ...near), Math.max(high, ...near)];
}

/** `ttft.p99 ≤ 500 ms`, for each bound of a metric. */
export function boundTexts({ name, unit, least, most }: PlacedMetric): string[] {
  return [
    ...(least === undefined ? [] : [`${name} ≥ ${numberText(least, unit)}`]),
    ...(most === undefined ? [] : [`${name} ≤ ${numberText(most, unit)}`]),
  ];
}

/** What the shading of a picture of two metrics means, with what it cannot show. */
export function shadeText(x: PlacedMetric, y: PlacedMetric, demands: string, isEmpty: boolean): string {
  const texts = [...boundTexts(x), ...(x.at === y.at ? [] : boundTexts(y))];
  if (texts.length === 0) return `None of the ${demands} is on these two numbers, so nothing is shaded.`;
  if (isEmpty) return `Nothing in the picture has ${texts.join(" and ")}.`;
  return `Shaded: ${texts.join(" and ")}. A hollow mark in it misses another of the ${demands}, or is not decided.`;
}
