import { ln } from "@tokenyard/random";
import { type Apart, sizesApart } from "./covariance.ts";
import type { MeasuredSizes } from "./measured-sizes.ts";
import type { SizedTable } from "./sized-table.ts";
import type { LoadPoint } from "./strands.ts";

/** Of how many tables of other sizes points are taken, the nearest first, while there are no more than so many points in all: solving takes the cube of it. */
const NEIGHBOURS = 8;
const MOST_POINTS = 1200;
/** Of a coordinate, which is a logarithm: as good as the same. */
const ROUNDING = 1e-9;

/** A row, and what it was measured with. */
export interface SizedPoint {
  readonly sizes: MeasuredSizes;
  readonly load: LoadPoint;
}

/** The rows of the sizes at hand, and of those nearest to them. */
export function krigedPoints(
  sizes: MeasuredSizes,
  own: SizedTable<MeasuredSizes> | undefined,
  like: readonly SizedTable<MeasuredSizes>[],
): SizedPoint[] {
  const others = like
    .filter((table) => table !== own)
    .map((table) => ({ table, apart: sizes.distanceTo(table.sizes) }))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, NEIGHBOURS);
  const points = own === undefined ? [] : pointsIn(own);
  for (const { table } of others) {
    const more = pointsIn(table);
    if (points.length > 0 && points.length + more.length > MOST_POINTS) break;
    points.push(...more);
  }
  return points;
}

/** Of several rows of one load the mean. */
function pointsIn({ sizes, points }: SizedTable<MeasuredSizes>): SizedPoint[] {
  const places = new Map<string, LoadPoint[]>();
  for (const point of points) {
    const key = [point.line, point.along, point.handed, point.spread].map((x) => Math.round(x / ROUNDING)).join("/");
    const known = places.get(key);
    if (known === undefined) places.set(key, [point]);
    else known.push(point);
  }
  return [...places.values()].map((same) => ({
    sizes,
    load: { ...same[0]!, value: same.reduce((sum, { value }) => sum + value, 0) / same.length },
  }));
}

/** How far the sizes of two kernels of experts lie from each other. */
export function sizesBetween(a: MeasuredSizes, b: MeasuredSizes, out: Apart): Apart {
  const between = (i: number) => ln(a.numbers[i]!) - ln(b.numbers[i]!); // 0: bytes of a weight
  return sizesApart(between(1), between(2), between(3), out);
}
