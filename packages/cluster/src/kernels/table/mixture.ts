import { type LoadPoint, Strands } from "./strands.ts";
import { Surface } from "./surface.ts";

/** Of how many tables of other sizes the ratio is taken; those of experts have several strands each, and are asked more often. */
const NEIGHBOURS = 16;
const NEIGHBOURS_OF_EXPERTS = 8;
/** Distance within which neighbours count alike. */
const NEAR = 0.1;

/** The place of a load among those of kernels of the same sizes: logarithms, of which only those of experts have the last two. */
export interface LoadPlace {
  line: number;
  along: number;
  handed: number;
  spread: number;
}

/** What rows of the same sizes say of loads. */
interface Terrain {
  /** How far the load that was asked for last lies from rows: 0 at one. */
  readonly gap: number;
  at(line: number, along: number, handed: number, spread: number): number;
  holds(line: number, along: number, handed: number, spread: number): boolean;
}

/** What tells tables of one kernel, or of one exchange, apart: what does not grow with the load. */
export interface Sizes<Own> {
  readonly kind: string;
  /** Whether what others say counts within the own rows alone, or as far as any of them goes. */
  readonly reach: "own" | "all";
  /** Whether the other ones are of the same kernel in the same formats. */
  isLike(other: Own): boolean;
  equals(other: Own): boolean;
  /** Squared, of logarithms. */
  distanceTo(other: Own): number;
}

/** Rows of the same sizes. */
export interface SizedTable<Own extends Sizes<Own>> {
  readonly sizes: Own;
  readonly points: readonly LoadPoint[];
  readonly terrain: Terrain;
}

export function sizedTable<Own extends Sizes<Own>>(sizes: Own, points: readonly LoadPoint[]): SizedTable<Own> {
  return { sizes, points, terrain: terrainOf(sizes.kind, points) };
}

/** Of experts as many rows are dealt in many ways, each of which is a strand. */
function terrainOf(kind: string, points: readonly LoadPoint[]): Terrain {
  return kind === "experts" ? new Strands(points) : new Surface(points);
}

/**
 * The ratios of kernels, or exchanges, of some sizes. Of sizes that were not measured, those of the nearest ones that were, by the inverse square of how far their
 * sizes and their rows lie. Of sizes that were, what is between their rows runs as it does there. Source: docs/models.md#profile-tables.
 */
export class Mixture<Own extends Sizes<Own>> {
  readonly sizes: Own;
  readonly #own: SizedTable<Own> | undefined;
  readonly #near: readonly Terrain[];
  /** Squared, of the sizes. */
  readonly #apart: Float64Array;
  /** How far the own rows are off the neighbours. */
  readonly #off: Terrain | undefined;
  readonly #least: Corner;
  readonly #most: Corner;

  constructor(sizes: Own, tables: readonly SizedTable<Own>[]) {
    this.sizes = sizes;
    const like = tables.filter((table) => table.sizes.isLike(sizes));
    this.#own = like.find((table) => table.sizes.equals(sizes));
    const near = like
      .filter((table) => table !== this.#own)
      .map((table) => ({ table, apart: sizes.distanceTo(table.sizes) + NEAR * NEAR }))
      .sort((a, b) => a.apart - b.apart)
      .slice(0, sizes.kind === "experts" ? NEIGHBOURS_OF_EXPERTS : NEIGHBOURS);
    this.#near = near.map(({ table }) => table.terrain);
    this.#apart = Float64Array.from(near, ({ apart }) => apart);
    const own = this.#own?.points ?? [];
    const all = [...own, ...near.flatMap(({ table }) => table.points)];
    const reach = sizes.reach === "all" ? all : own;
    this.#least = cornerOf(all, reach, Math.min, Number.POSITIVE_INFINITY);
    this.#most = cornerOf(all, reach, Math.max, Number.NEGATIVE_INFINITY);
    const isCorrected = own.length > 0 && near.length > 0;
    const off = own.map((point) => ({ ...point, value: point.value - this.#nearby(point.line, point.along, point) }));
    this.#off = isCorrected ? terrainOf(sizes.kind, off) : this.#own?.terrain;
  }

  get isEmpty(): boolean {
    return this.#own === undefined && this.#near.length === 0;
  }

  /** Whether the very sizes were measured. */
  get isExact(): boolean {
    return this.#own !== undefined;
  }

  /** The ratio's logarithm at a place, which stays as it is beyond the own rows; within those of all rows that it is made of. */
  at(place: LoadPlace): number {
    const { line, along, handed, spread } = place;
    if (this.#off === undefined) return this.#nearby(line, along, place);
    const off = this.#off.at(line, along, handed, spread);
    if (this.#near.length === 0) return off;
    const insideLine = Math.min(Math.max(line, this.#least.line), this.#most.line);
    const insideAlong = Math.min(Math.max(along, this.#least.along), this.#most.along);
    return Math.min(Math.max(off + this.#nearby(insideLine, insideAlong, place), this.#least.value), this.#most.value);
  }

  /** Whether the very sizes were measured, on all sides of a place. */
  holds({ line, along, handed, spread }: LoadPlace): boolean {
    return this.#own?.terrain.holds(line, along, handed, spread) ?? false;
  }

  /** What the neighbours say. */
  #nearby(line: number, along: number, { handed, spread }: LoadPlace): number {
    let [sum, all] = [0, 0];
    for (let i = 0; i < this.#near.length; i++) {
      const terrain = this.#near[i]!;
      const value = terrain.at(line, along, handed, spread);
      const weight = 1 / (this.#apart[i]! + terrain.gap * terrain.gap);
      sum += weight * value;
      all += weight;
    }
    return all === 0 ? 0 : sum / all;
  }
}

type Corner = Pick<LoadPoint, "line" | "along" | "value">;

/** The least or most of places within `reach`, and of the values of all. */
function cornerOf(all: readonly Corner[], reach: readonly Corner[], of: (a: number, b: number) => number, none: number): Corner {
  return {
    line: reach.reduce((found, { line }) => of(found, line), none),
    along: reach.reduce((found, { along }) => of(found, along), none),
    value: all.reduce((found, { value }) => of(found, value), none),
  };
}
