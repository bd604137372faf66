import type { Covariance } from "./covariance.ts";
import { type KrigedTable, krigedTables } from "./kriged-points.ts";
import { Lines } from "./lines.ts";
import { keepInside } from "./measured-load.ts";
import type { MeasuredSizes } from "./measured-sizes.ts";
import { ordinaryKriging } from "./positive-definite.ts";
import { KRIGED } from "./reaches.ts";
import type { SizedTable } from "./sized-table.ts";
import { type LoadPlace, type LoadPoint, Strands } from "./strands.ts";

const LOAD = 4; // coordinates
/** Rounding error of squared distances, which are sums of squares of logarithms. */
const ROUNDING = 1e-12;

/**
 * Ratios of kernels of some sizes, from rows of these sizes and of the nearest ones: ordinary kriging, the best linear estimate for the
 * covariance of `Covariance`. At a row it returns the measured value. Source: docs/models/kernels.md#profile-tables.
 */
export class Kriging {
  readonly sizes: MeasuredSizes;
  readonly #covariance: Covariance;
  /** Whether rows of exactly these sizes lie on all sides of a place; undefined if there are none. */
  readonly #holds: ((place: LoadPlace) => boolean) | undefined;
  /** [points × load] */
  readonly #loads: Float64Array;
  /** [points × reaches] squared distances of their sizes from the requested ones */
  readonly #apart: Float64Array;
  /** [points] weight of each by its covariance with the requested place */
  readonly #weights: Float64Array;
  readonly #mean: number;
  /** Deviation at the own rows, if means replace some of them. */
  readonly #off: Lines | undefined;
  readonly #least: Corner;
  readonly #most: Corner;
  readonly #inside: LoadPlace = { line: 0, along: 0, third: 0, fourth: 0 };
  /** The last place and its result, as the same place is often evaluated again. */
  readonly #last: LoadPlace = { line: Number.NaN, along: 0, third: 0, fourth: 0 };
  #lastValue = 0;

  constructor(sizes: MeasuredSizes, tables: readonly SizedTable<MeasuredSizes, LoadPoint>[]) {
    this.sizes = sizes;
    const { covariance, neighbourhood } = KRIGED[sizes.kind];
    this.#covariance = covariance;
    const like = tables.filter((table) => table.sizes.isLike(sizes));
    const table = like.find((table) => table.sizes.equals(sizes));
    this.#holds = table && gridOf(table);
    const kriged = krigedTables(sizes, table, like, neighbourhood);
    const points = kriged.flatMap(({ loads }) => loads);
    this.#loads = Float64Array.from(points.flatMap(({ line, along, third, fourth }) => [line, along, third, fourth]));
    this.#apart = fromLeast(kriged, covariance.reaches, ({ sizes: other }) =>
      covariance.sizesApart(sizes.logarithms(), other.logarithms()),
    );
    const values = Float64Array.from(points, ({ value }) => value);
    const { mean, weights } = ordinaryKriging(this.#matrix(kriged), values);
    this.#mean = mean;
    this.#weights = weights;
    if (table !== undefined && kriged[0]!.isThinned && sizes.kind !== "experts") {
      this.#off = new Lines(table.points.map((point) => ({ ...point, value: point.value - this.#mean - this.#variedAt(point) })));
    }
    const own = table?.points ?? points;
    const beside = sizes.kind === "experts" ? points : own; // in how many ways copies are dealt, one table alone says little of
    this.#least = cornerOf(own, beside, points, Math.min, Number.POSITIVE_INFINITY);
    this.#most = cornerOf(own, beside, points, Math.max, Number.NEGATIVE_INFINITY);
  }

  get isEmpty(): boolean {
    return this.#weights.length === 0;
  }

  /** Whether the very sizes were measured. */
  get isExact(): boolean {
    return this.#holds !== undefined;
  }

  /** The ratio's logarithm at a place, which stays as it is beyond the loads that were measured; within those of all rows that it is made of. */
  at(place: LoadPlace): number {
    if (this.isEmpty) return 0;
    const last = this.#last;
    if (place.line === last.line && place.along === last.along && place.third === last.third && place.fourth === last.fourth)
      return this.#lastValue;
    last.line = place.line;
    last.along = place.along;
    last.third = place.third;
    last.fourth = place.fourth;
    keepInside(this.sizes.kind, place, this.#least, this.#most, this.#inside);
    const off = this.#off?.at(this.#inside.line, this.#inside.along) ?? 0;
    this.#lastValue = Math.min(Math.max(this.#mean + this.#variedAt(this.#inside) + off, this.#least.value), this.#most.value);
    return this.#lastValue;
  }

  /** Whether the very sizes were measured, on all sides of a place. */
  holds(place: LoadPlace): boolean {
    return this.#holds?.(place) ?? false;
  }

  /** What the points add to the mean. */
  #variedAt({ line, along, third, fourth }: LoadPlace): number {
    const covariance = this.#covariance;
    const loads = this.#loads;
    const apart = this.#apart;
    const { reaches } = covariance;
    const weights = this.#weights;
    let sum = 0;
    for (let i = 0, at = 0; i < weights.length; i++, at += LOAD) {
      const more = at + 2;
      const varied = covariance.of(
        apart,
        i * reaches,
        loads[at]! - line,
        loads[at + 1]! - along,
        loads[more]! - third,
        loads[more + 1]! - fourth,
      );
      sum += weights[i]! * varied;
    }
    return sum;
  }

  /** [points × points] How much each varies with those up to itself: the lower half. */
  #matrix(tables: readonly KrigedTable[]): Float64Array {
    const covariance = this.#covariance;
    const loads = this.#loads;
    const count = loads.length / LOAD;
    const matrix = new Float64Array(count * count);
    const sizes = tables.map((table) => table.sizes.logarithms());
    let row = 0;
    for (const [t, { loads: own }] of tables.entries()) {
      const rows = row + own.length;
      let column = 0;
      for (let other = 0; other <= t; other++) {
        const apart = covariance.sizesApart(sizes[t]!, sizes[other]!);
        const columns = column + tables[other]!.loads.length;
        for (let i = row; i < rows; i++) {
          const from = i * LOAD;
          const [line, along, third, fourth] = [loads[from]!, loads[from + 1]!, loads[from + 2]!, loads[from + 3]!];
          for (let j = column, at = j * LOAD; j < columns && j <= i; j++, at += LOAD) {
            const [a, b, c, d] = [loads[at]! - line, loads[at + 1]! - along, loads[at + 2]! - third, loads[at + 3]! - fourth];
            matrix[i * count + j] = covariance.of(apart, 0, a, b, c, d);
          }
        }
        column = columns;
      }
      row = rows;
    }
    return matrix;
  }
}

/** Predicate for places inside a table. */
function gridOf({ sizes, points }: SizedTable<MeasuredSizes, LoadPoint>): (place: LoadPlace) => boolean {
  if (sizes.kind === "experts") {
    const strands = new Strands(points);
    return ({ line, along, third, fourth }) => strands.holds(line, along, third, fourth);
  }
  const lines = new Lines(points);
  return ({ line, along }) => lines.holds(line, along);
}

/**
 * [points × reaches] distances of their tables from the nearest one: for unmeasured sizes, rows of the nearest table count as if they were
 * of the requested sizes, and others by how much farther they are. A single table of other sizes then yields its rows, not their mean.
 */
function fromLeast(tables: readonly KrigedTable[], reaches: number, apartOf: (table: KrigedTable) => Float64Array): Float64Array {
  const apart = tables.map(apartOf);
  const least = new Float64Array(reaches).map((_, r) => apart.reduce((found, each) => Math.min(found, each[r]!), Number.POSITIVE_INFINITY));
  return Float64Array.from(tables.flatMap(({ loads }, t) => loads.flatMap(() => [...apart[t]!.map((each, r) => over(each, least[r]!))])));
}

/** The excess of `distance` over `least`, 0 if it is only rounding. */
function over(distance: number, least: number): number {
  return distance - least > ROUNDING ? distance - least : 0;
}

type Corner = Omit<LoadPoint, "strand">;

/**
 * Least or largest coordinates of the lines and points of `own` rows, of the other coordinates `beside`, and of the values of `all` and of
 * these.
 */
function cornerOf(
  own: readonly Corner[],
  beside: readonly Corner[],
  all: readonly Corner[],
  of: (a: number, b: number) => number,
  none: number,
): Corner {
  const found = (points: readonly Corner[], key: keyof Corner) => points.reduce((extreme, point) => of(extreme, point[key]), none);
  return {
    line: found(own, "line"),
    along: found(own, "along"),
    third: found(beside, "third"),
    fourth: found(beside, "fourth"),
    value: of(found(all, "value"), found(own, "value")),
  };
}
