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
/** Of the coordinates, within which rows of a table that has too many count as one; as often twice as much as it takes. */
const COARSE = 1 / 1024;

/** A row, and what it was measured with. */
export interface SizedPoint {
  readonly sizes: MeasuredSizes;
  readonly load: LoadPoint;
}

/** The rows of the sizes at hand, and of those nearest to them; of a table that has too many, means of those whose loads are alike. */
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
  let loads = within(ROUNDING, points).map((same) => ({ ...same[0]!, value: meanOf(same, "value") }));
  for (let width = COARSE; loads.length > MOST_POINTS; width *= 2) loads = within(width, points).map(meanLoad);
  return loads.map((load) => ({ sizes, load }));
}

/** `points` by where they lie, in cells that are so wide. */
function within(width: number, points: readonly LoadPoint[]): LoadPoint[][] {
  const cells = new Map<string, LoadPoint[]>();
  for (const point of points) {
    const key = LOAD.map((coordinate) => Math.round(point[coordinate] / width)).join("/");
    const known = cells.get(key);
    if (known === undefined) cells.set(key, [point]);
    else known.push(point);
  }
  return [...cells.values()];
}

const LOAD = ["line", "along", "handed", "spread"] as const;

function meanLoad(points: readonly LoadPoint[]): LoadPoint {
  const mean = (of: "value" | (typeof LOAD)[number]) => meanOf(points, of);
  return { line: mean("line"), along: mean("along"), handed: mean("handed"), spread: mean("spread"), value: mean("value"), strand: "" };
}

function meanOf(points: readonly LoadPoint[], of: "value" | (typeof LOAD)[number]): number {
  return points.reduce((sum, point) => sum + point[of], 0) / points.length;
}

/** How far the sizes of two kernels of experts lie from each other. */
export function sizesBetween(a: MeasuredSizes, b: MeasuredSizes, out: Apart): Apart {
  const between = (i: number) => ln(a.numbers[i]!) - ln(b.numbers[i]!); // 0: bytes of a weight
  return sizesApart(between(1), between(2), between(3), out);
}
