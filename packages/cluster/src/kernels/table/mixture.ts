import type { Point } from "./lines.ts";
import type { SizedTable } from "./sized-table.ts";
import { Surface } from "./surface.ts";

/** Number of tables of other sizes whose ratios are averaged. */
const NEIGHBOURS = 16;
/** Distance within which neighbours count alike. */
const NEAR = 0.1;

/** The place of a load among those of the same sizes: logarithms. */
export type Place = Omit<Point, "value">;

/** Key of the tables of one kernel or one exchange: what does not grow with the load. */
export interface Sizes<Own> {
  /** Range in which other tables count: within the own rows, or as far as any of them reaches. */
  readonly reach: "own" | "all";
  /** Whether the other ones are of the same kernel in the same formats. */
  isLike(other: Own): boolean;
  equals(other: Own): boolean;
  /** Squared distance between logarithms. */
  distanceTo(other: Own): number;
}

/**
 * Ratios of kernels, or exchanges, of some sizes. For unmeasured sizes, those of the nearest measured ones, weighted by the inverse square
 * of the distance of their sizes and rows; for measured sizes, the values between their rows vary as those do. Source:
 * docs/models/network.md#tables-of-traffic.
 */
export class Mixture<Own extends Sizes<Own>> {
  readonly sizes: Own;
  readonly #own: SizedTable<Own> | undefined;
  readonly #near: readonly Surface[];
  /** Squared, of the sizes. */
  readonly #apart: Float64Array;
  /** How far the own rows are off the neighbours. */
  readonly #off: Surface | undefined;
  readonly #least: Point;
  readonly #most: Point;

  constructor(sizes: Own, tables: readonly SizedTable<Own>[]) {
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
    const all = [...own, ...near.flatMap(({ table }) => table.points)];
    const reach = sizes.reach === "all" ? all : own;
    this.#least = cornerOf(all, reach, Math.min, Number.POSITIVE_INFINITY);
    this.#most = cornerOf(all, reach, Math.max, Number.NEGATIVE_INFINITY);
    const isCorrected = own.length > 0 && near.length > 0;
    const off = own.map((point) => ({ ...point, value: point.value - this.#nearby(point.line, point.along) }));
    this.#off = isCorrected ? new Surface(off) : this.#own?.surface;
  }

  get isEmpty(): boolean {
    return this.#own === undefined && this.#near.length === 0;
  }

  /** Whether the very sizes were measured. */
  get isExact(): boolean {
    return this.#own !== undefined;
  }

  /** The ratio's logarithm at a place, which stays as it is beyond the own rows; within those of all rows that it is made of. */
  at({ line, along }: Place): number {
    if (this.#off === undefined) return this.#nearby(line, along);
    const off = this.#off.at(line, along);
    if (this.#near.length === 0) return off;
    const insideLine = Math.min(Math.max(line, this.#least.line), this.#most.line);
    const insideAlong = Math.min(Math.max(along, this.#least.along), this.#most.along);
    return Math.min(Math.max(off + this.#nearby(insideLine, insideAlong), this.#least.value), this.#most.value);
  }

  /** Whether the very sizes were measured, on all sides of a place. */
  holds({ line, along }: Place): boolean {
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

/** The least or most of places within `reach`, and of the values of all. */
function cornerOf(all: readonly Point[], reach: readonly Point[], of: (a: number, b: number) => number, none: number): Point {
  return {
    line: reach.reduce((found, { line }) => of(found, line), none),
    along: reach.reduce((found, { along }) => of(found, along), none),
    value: all.reduce((found, { value }) => of(found, value), none),
  };
}
