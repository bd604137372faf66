import type { MeasuredSizes } from "./measured-sizes.ts";
import type { SizedTable } from "./sized-table.ts";
import type { LoadPlace, LoadPoint } from "./strands.ts";

/** Rounding error of a coordinate, which is a logarithm: closer values count as equal. */
const ROUNDING = 1e-9;
/** Width in coordinates within which rows of too large a table are merged; doubled until the table is small enough. */
const COARSE = 1 / 1024;

/** Number of rows of other sizes to use: solving takes the cube of all, and each request goes through them. */
export interface Neighbourhood {
  /** Most tables of other sizes, the nearest first; `points` bounds their rows in all. */
  readonly tables: number;
  readonly points: number;
}

/** Rows of the same sizes, of one load each. */
export interface KrigedTable {
  readonly sizes: MeasuredSizes;
  readonly loads: readonly LoadPoint[];
  /** Whether some points are means of rows with similar loads. */
  readonly isThinned: boolean;
}

/** Rows of the requested sizes, and of those nearest to them; a table with too many rows is reduced to means over similar loads. */
export function krigedTables(
  sizes: MeasuredSizes,
  own: SizedTable<MeasuredSizes, LoadPoint> | undefined,
  like: readonly SizedTable<MeasuredSizes, LoadPoint>[],
  most: Neighbourhood,
): KrigedTable[] {
  const others = like
    .filter((table) => table !== own)
    .map((table) => ({ table, apart: sizes.distanceTo(table.sizes) }))
    .sort((a, b) => a.apart - b.apart || a.table.sizes.compare(b.table.sizes))
    .slice(0, most.tables);
  const tables = own === undefined ? [] : [krigedTable(own, most.points)];
  let count = tables[0]?.loads.length ?? 0;
  for (const { table } of others) {
    const other = krigedTable(table, most.points);
    count += other.loads.length;
    if (tables.length > 0 && count > most.points) break;
    tables.push(other);
  }
  return tables;
}

/** Merges rows of one load into their mean. */
function krigedTable({ sizes, points }: SizedTable<MeasuredSizes, LoadPoint>, most: number): KrigedTable {
  let loads = within(ROUNDING, points).map((same) => ({ ...same[0]!, value: meanOf(same, "value") }));
  const isThinned = loads.length > most;
  for (let width = COARSE; loads.length > most; width *= 2) loads = within(width, points).map(meanLoad);
  return { sizes, loads, isThinned };
}

/** `points` grouped into cells of `width`. */
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

const LOAD = ["line", "along", "third", "fourth"] as const satisfies readonly (keyof LoadPlace)[];

function meanLoad(points: readonly LoadPoint[]): LoadPoint {
  const mean = (of: "value" | (typeof LOAD)[number]) => meanOf(points, of);
  return { line: mean("line"), along: mean("along"), third: mean("third"), fourth: mean("fourth"), value: mean("value"), strand: "" };
}

function meanOf(points: readonly LoadPoint[], of: "value" | (typeof LOAD)[number]): number {
  return points.reduce((sum, point) => sum + point[of], 0) / points.length;
}
