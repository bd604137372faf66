import { type Apart, covariance } from "./covariance.ts";
import { krigedPoints, sizesBetween } from "./kriged-points.ts";
import type { MeasuredSizes } from "./measured-sizes.ts";
import type { LoadPlace } from "./mixture.ts";
import { solvedBoth } from "./positive-definite.ts";
import type { SizedTable } from "./sized-table.ts";
import { type LoadPoint, Strands } from "./strands.ts";

const LOAD = 4; // coordinates

/**
 * The ratios of experts of some sizes, from rows of these and of the sizes nearest to them: ordinary kriging, the best linear estimate where ratios
 * vary together as `covariance` says. At a row it is what was measured. Source: docs/models.md#profile-tables.
 */
export class Kriging {
  readonly sizes: MeasuredSizes;
  /** Of rows of the very sizes. */
  readonly #own: Strands | undefined;
  /** [points × load] */
  readonly #loads: Float64Array;
  /** [points] Squared distances of their sizes from those at hand. */
  readonly #near: Float64Array;
  readonly #far: Float64Array;
  /** [points] What each adds for how much it varies with what is asked for. */
  readonly #weights: Float64Array;
  readonly #mean: number;
  readonly #least: Corner;
  readonly #most: Corner;

  constructor(sizes: MeasuredSizes, tables: readonly SizedTable<MeasuredSizes>[]) {
    this.sizes = sizes;
    const like = tables.filter((table) => table.sizes.isLike(sizes));
    const table = like.find((table) => table.sizes.equals(sizes));
    this.#own = table && new Strands(table.points);
    const points = krigedPoints(sizes, table, like);
    const count = points.length;
    this.#loads = Float64Array.from(points.flatMap(({ load: { line, along, handed, spread } }) => [line, along, handed, spread]));
    const apart: Apart = { near: 0, far: 0 };
    const fromHere = points.map((point) => ({ ...sizesBetween(sizes, point.sizes, apart) }));
    this.#near = lessLeast(fromHere.map(({ near }) => near));
    this.#far = lessLeast(fromHere.map(({ far }) => far));
    const matrix = new Float64Array(count * count); // the lower half
    for (let i = 0; i < count; i++) {
      const { load, sizes: own } = points[i]!;
      for (let j = 0; j <= i; j++) {
        const { near, far } = sizesBetween(own, points[j]!.sizes, apart);
        matrix[i * count + j] = this.#covarianceAt(j, near, far, load.line, load.along, load.handed, load.spread);
      }
    }
    const values = Float64Array.from(points, ({ load }) => load.value);
    const [ofValues, ofOnes] = solvedBoth(matrix, values, new Float64Array(count).fill(1));
    this.#mean = count === 0 ? 0 : sumOf(ofValues) / sumOf(ofOnes);
    this.#weights = ofValues.map((value, i) => value - this.#mean * ofOnes[i]!);
    const all = points.map(({ load }) => load);
    this.#least = cornerOf(all, table?.points ?? all, Math.min, Number.POSITIVE_INFINITY);
    this.#most = cornerOf(all, table?.points ?? all, Math.max, Number.NEGATIVE_INFINITY);
  }

  get isEmpty(): boolean {
    return this.#weights.length === 0;
  }

  /** Whether the very sizes were measured. */
  get isExact(): boolean {
    return this.#own !== undefined;
  }

  /** The ratio's logarithm at a place, which stays as it is beyond the loads that were measured; within those of all rows that it is made of. */
  at({ line, along, handed, spread }: LoadPlace): number {
    if (this.isEmpty) return 0;
    const least = this.#least;
    const most = this.#most;
    const insideLine = Math.min(Math.max(line, least.line), most.line);
    const insideAlong = Math.min(Math.max(along, least.along), most.along);
    const insideHanded = Math.min(Math.max(handed, least.handed), most.handed);
    const insideSpread = Math.min(Math.max(spread, least.spread), most.spread);
    const varied = this.#variedAt(insideLine, insideAlong, insideHanded, insideSpread);
    return Math.min(Math.max(this.#mean + varied, least.value), most.value);
  }

  /** Whether the very sizes were measured, on all sides of a place. */
  holds({ line, along, handed, spread }: LoadPlace): boolean {
    return this.#own?.holds(line, along, handed, spread) ?? false;
  }

  /** What the points add to the mean. */
  #variedAt(line: number, along: number, handed: number, spread: number): number {
    const loads = this.#loads;
    const near = this.#near;
    const far = this.#far;
    const weights = this.#weights;
    let sum = 0;
    for (let i = 0, at = 0; i < weights.length; i++, at += LOAD) {
      const weight = weights[i]!;
      sum +=
        weight * covariance(near[i]!, far[i]!, loads[at]! - line, loads[at + 1]! - along, loads[at + 2]! - handed, loads[at + 3]! - spread);
    }
    return sum;
  }

  /** Of a point and a load whose sizes are so far apart. */
  #covarianceAt(point: number, near: number, far: number, line: number, along: number, handed: number, spread: number): number {
    const at = point * LOAD;
    const loads = this.#loads;
    return covariance(near, far, loads[at]! - line, loads[at + 1]! - along, loads[at + 2]! - handed, loads[at + 3]! - spread);
  }
}

/**
 * From the nearest on: of sizes that were not measured, rows of the nearest ones count as if they had been, and others by how much farther they are. A table of one other
 * size then says what its rows do, and not their mean.
 */
function lessLeast(distances: readonly number[]): Float64Array {
  const least = distances.reduce((found, distance) => Math.min(found, distance), Number.POSITIVE_INFINITY);
  return Float64Array.from(distances, (distance) => distance - least);
}

type Corner = Omit<LoadPoint, "strand">;

/** The least or most of loads and values of `all`; of experts and rows, of the `own` ones. */
function cornerOf(all: readonly Corner[], own: readonly Corner[], of: (a: number, b: number) => number, none: number): Corner {
  const found = (points: readonly Corner[], key: keyof Corner) => points.reduce((extreme, point) => of(extreme, point[key]), none);
  return {
    line: found(own, "line"),
    along: found(own, "along"),
    handed: found(all, "handed"),
    spread: found(all, "spread"),
    value: found(all, "value"),
  };
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
