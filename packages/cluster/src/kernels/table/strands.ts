import type { Point } from "./lines.ts";

/** Rounding error of a coordinate, which is a logarithm: closer values count as equal. */
const ROUNDING = 1e-9;
/** Largest distance at which a load counts as a measured one. */
const WITHIN = 0.1;

/** Coordinates of a load among those of kernels of the same sizes, as logarithms: along lines, and what else distinguishes it. */
export interface LoadPlace {
  line: number;
  along: number;
  third: number;
  fourth: number;
}

/** A row at its load, which was measured with others of its strand. */
export interface LoadPoint extends Point {
  readonly third: number;
  readonly fourth: number;
  readonly strand: string;
}

/** Loads that were measured along several strands, each of points that were dealt alike, between which loads are straight. */
export class Strands {
  readonly #lines: readonly Strand[];

  /** At least one point, in any order; of several at one place of a strand the mean counts. */
  constructor(points: readonly LoadPoint[]) {
    const lines = new Map<string, LoadPoint[]>();
    for (const point of points) {
      const line = lines.get(point.strand);
      if (line === undefined) lines.set(point.strand, [point]);
      else line.push(point);
    }
    this.#lines = [...lines.values()].map((own) => new Strand(own));
  }

  /** Whether the load was measured, or lies between two of a strand in every coordinate that matters. */
  holds(line: number, along: number, third: number, fourth: number): boolean {
    return this.#lines.some((one) => {
      if (!one.reaches(along)) return false;
      one.look(along);
      return squared(one.line - line) + squared(one.third - third) + squared(one.fourth - fourth) <= WITHIN * WITHIN;
    });
  }
}

const COLUMNS = ["line", "third", "fourth"] as const;

/** One strand. */
class Strand {
  line = 0;
  third = 0;
  fourth = 0;
  readonly #along: Float64Array;
  /** Coordinates of each point, in the order of `COLUMNS`. */
  readonly #points: Float64Array;

  constructor(points: readonly LoadPoint[]) {
    const byPlace = new Map<number, LoadPoint[]>();
    for (const point of points) {
      const own = byPlace.get(point.along);
      if (own === undefined) byPlace.set(point.along, [point]);
      else own.push(point);
    }
    const places = [...byPlace].sort(([a], [b]) => a - b);
    this.#along = Float64Array.from(places, ([place]) => place);
    this.#points = Float64Array.from(
      places.flatMap(([, own]) => COLUMNS.map((column) => own.reduce((sum, point) => sum + point[column], 0) / own.length)),
    );
  }

  /** Whether it has points on both sides. */
  reaches(along: number): boolean {
    return this.#along[0]! - ROUNDING <= along && along <= this.#along[this.#along.length - 1]! + ROUNDING;
  }

  /** Sets the columns to their values at `along`. */
  look(along: number): void {
    const places = this.#along;
    let low = 0;
    let high = places.length; // the first place over `along`
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! <= along) low = middle + 1;
      else high = middle;
    }
    const over = Math.min(low, places.length - 1);
    const under = Math.max(low - 1, 0);
    const share = over === under ? 0 : (along - places[under]!) / (places[over]! - places[under]!);
    const points = this.#points;
    const [from, to] = [under * COLUMNS.length, over * COLUMNS.length];
    this.line = points[from]! + share * (points[to]! - points[from]!);
    this.third = points[from + 1]! + share * (points[to + 1]! - points[from + 1]!);
    this.fourth = points[from + 2]! + share * (points[to + 2]! - points[from + 2]!);
  }
}

function squared(x: number): number {
  return x * x;
}
