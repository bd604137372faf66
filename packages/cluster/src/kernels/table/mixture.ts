import { Lines, type Point } from "./lines.ts";
import type { MeasuredSizes } from "./measured-sizes.ts";
import { Surface } from "./surface.ts";

/** Of how many tables of other sizes the ratio is taken. */
const NEIGHBOURS = 16;
/** Distance within which neighbours count alike. */
const NEAR = 0.1;

/** Rows of one kernel of the same sizes and formats. */
export interface SizedTable {
  readonly sizes: MeasuredSizes;
  readonly points: readonly Point[];
  readonly surface: Lines | Surface;
}

export function sizedTable(sizes: MeasuredSizes, points: readonly Point[]): SizedTable {
  return { sizes, points, surface: surfaceOf(sizes, points) };
}

/** Of experts as many rows are dealt to few or to many of them: what lies beside a line is another distribution. */
function surfaceOf({ kind }: MeasuredSizes, points: readonly Point[]): Lines | Surface {
  return kind === "experts" ? new Lines(points) : new Surface(points);
}

/**
 * The ratios of kernels of some sizes. Of sizes that were not measured, those of the nearest ones that were, by the inverse square of how far their
 * sizes and their rows lie. Of sizes that were, what is between their rows runs as it does there. Source: docs/models.md#profile-tables.
 */
export class Mixture {
  readonly sizes: MeasuredSizes;
  readonly #own: SizedTable | undefined;
  readonly #near: readonly (Lines | Surface)[];
  /** Squared, of the sizes. */
  readonly #apart: Float64Array;
  /** How far the own rows are off the neighbours. */
  readonly #off: Lines | Surface | undefined;
  readonly #least: Point;
  readonly #most: Point;

  constructor(sizes: MeasuredSizes, tables: readonly SizedTable[]) {
    this.sizes = sizes;
    const like = tables.filter((table) => table.sizes.isLike(sizes));
    this.#own = like.find((table) => table.sizes.equals(sizes));
    const near = like
      .filter((table) => table !== this.#own)
      .map((table) => ({ table, apart: sizes.distanceTo(table.sizes) + NEAR * NEAR }))
      .sort((a, b) => a.apart - b.apart)
      .slice(0, NEIGHBOURS);
    this.#near = near.map(({ table }) => table.surface);
    this.#apart = Float64Array.from(near, ({ apart }) => apart);
    const own = this.#own?.points ?? [];
    const bounding = [...own, ...near.flatMap(({ table }) => table.points)];
    this.#least = cornerOf(bounding, own, Math.min, Number.POSITIVE_INFINITY);
    this.#most = cornerOf(bounding, own, Math.max, Number.NEGATIVE_INFINITY);
    const isCorrected = own.length > 0 && near.length > 0;
    const off = own.map(({ line, along, value }) => ({ line, along, value: value - this.#nearby(line, along) }));
    this.#off = isCorrected ? surfaceOf(sizes, off) : this.#own?.surface;
  }

  get isEmpty(): boolean {
    return this.#own === undefined && this.#near.length === 0;
  }

  /** Whether the very sizes were measured. */
  get isExact(): boolean {
    return this.#own !== undefined;
  }

  /** The ratio's logarithm at a place, which stays as it is beyond the own rows; within those of all rows that it is made of. */
  at(line: number, along: number): number {
    if (this.#off === undefined) return this.#nearby(line, along);
    const off = this.#off.at(line, along);
    if (this.#near.length === 0) return off;
    const insideLine = Math.min(Math.max(line, this.#least.line), this.#most.line);
    const insideAlong = Math.min(Math.max(along, this.#least.along), this.#most.along);
    return Math.min(Math.max(off + this.#nearby(insideLine, insideAlong), this.#least.value), this.#most.value);
  }

  /** Whether the very sizes were measured, on all sides of a place. */
  holds(line: number, along: number): boolean {
    return this.#own?.surface.holds(line, along) ?? false;
  }

  /** What the neighbours say. */
  #nearby(line: number, along: number): number {
    let [sum, all] = [0, 0];
    for (let i = 0; i < this.#near.length; i++) {
      const surface = this.#near[i]!;
      const value = surface.at(line, along);
      const weight = 1 / (this.#apart[i]! + surface.gap * surface.gap);
      sum += weight * value;
      all += weight;
    }
    return all === 0 ? 0 : sum / all;
  }
}

/** The least or most of places of the `own` rows, and of the values of all. */
function cornerOf(all: readonly Point[], own: readonly Point[], of: (a: number, b: number) => number, none: number): Point {
  return {
    line: own.reduce((found, { line }) => of(found, line), none),
    along: own.reduce((found, { along }) => of(found, along), none),
    value: all.reduce((found, { value }) => of(found, value), none),
  };
}
