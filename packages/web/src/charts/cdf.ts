import type { Distribution } from "@tokenyard/report";

/** A point of a cumulative distribution: the share of requests with at most `value`. */
export type CdfPoint = readonly [value: number, share: number];

/** The steps of a distribution; requests that are never answered keep it below 1. */
export function cdfOf({ values, counts, never }: Distribution): CdfPoint[] {
  const all = counts.reduce((sum, count) => sum + count, never);
  let below = 0;
  return values.map((value, at) => {
    below += counts[at]!;
    return [value, below / all];
  });
}

/** The least value that a share of the requests does not exceed; undefined where too few are ever answered. */
export function quantileOf(points: readonly CdfPoint[], share: number): number | undefined {
  return points.find(([, below]) => below >= share)?.[0];
}

/** At most `most` of the points, spread evenly over the shares, including the first and the last: a line with more has no more pixels. */
export function thinned(points: readonly CdfPoint[], most: number): readonly CdfPoint[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, at) => points[Math.round((at * (points.length - 1)) / (most - 1))]!);
}
