import { between, type Point } from "./lines.ts";

/** Of a coordinate, which is a logarithm: as good as the same. */
const ROUNDING = 1e-9;
/** How near a load lies to those that were measured, to be one of them. */
const WITHIN = 0.1;

/** A point whose load is told by more, and which was measured with others of its strand. */
export interface LoadPoint extends Point {
  readonly handed: number;
  readonly spread: number;
  readonly strand: string;
}

/**
 * A function of a load, known along several strands: each a line whose points have loads of their own. Between the points of a strand, values and loads are
 * straight; of several strands each counts by the inverse fourth power of how far its load, and its points, lie from the one asked for.
 */
export class Strands {
  /** How far the place that was asked for last lies from the nearest strand and its points: 0 at a point. */
  gap = 0;
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

  /** Sets `gap`. Where no strand was handed such a share, that of the nearest one counts for it: what they differ in beside it decides. */
  at(line: number, along: number, handed: number, spread: number): number {
    let leastHanded = Number.POSITIVE_INFINITY;
    for (const one of this.#lines) {
      one.look(along);
      leastHanded = Math.min(leastHanded, squared(one.handed - handed));
    }
    let [sum, all, same, met, nearest] = [0, 0, 0, 0, Number.POSITIVE_INFINITY];
    for (const one of this.#lines) {
      const beside = squared(one.line - line) + squared(one.spread - spread) + squared(one.gap);
      const apart = beside + squared(one.handed - handed) - leastHanded;
      if (apart < nearest) nearest = apart;
      if (apart < ROUNDING * ROUNDING) {
        same += one.value;
        met++;
      } else {
        sum += one.value / (apart * apart);
        all += 1 / (apart * apart);
      }
    }
    this.gap = Math.sqrt((met > 0 ? 0 : nearest) + leastHanded);
    return met > 0 ? same / met : sum / all;
  }

  /** Whether such a load was measured, or lies between two of a strand, but for what hardly tells. */
  holds(line: number, along: number, handed: number, spread: number): boolean {
    return this.#lines.some((one) => {
      if (!one.reaches(along)) return false;
      one.look(along);
      return squared(one.line - line) + squared(one.handed - handed) + squared(one.spread - spread) <= WITHIN * WITHIN;
    });
  }
}

const COLUMNS = ["value", "line", "handed", "spread"] as const;

/** One strand. */
class Strand {
  value = 0;
  line = 0;
  handed = 0;
  spread = 0;
  gap = 0;
  readonly #along: Float64Array;
  /** Of each point, in the order of `COLUMNS`. */
  readonly #points: Float64Array;

  constructor(points: readonly LoadPoint[]) {
    const places = [...new Set(points.map(({ along }) => along))].sort((a, b) => a - b);
    this.#along = Float64Array.from(places);
    this.#points = Float64Array.from(
      places.flatMap((place) => {
        const own = points.filter(({ along }) => along === place);
        return COLUMNS.map((column) => own.reduce((sum, point) => sum + point[column], 0) / own.length);
      }),
    );
  }

  /** Whether its points lie on both sides. */
  reaches(along: number): boolean {
    return this.#along[0]! - ROUNDING <= along && along <= this.#along[this.#along.length - 1]! + ROUNDING;
  }

  /** Sets all of this to what is at `along`. */
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
    const below = along - places[under]!;
    const above = places[over]! - along;
    this.gap = over === under ? Math.abs(below) : between(below, above);
    this.#mix(under, over, over === under ? 0 : below / (below + above));
  }

  #mix(under: number, over: number, share: number): void {
    const points = this.#points;
    const [from, to] = [under * COLUMNS.length, over * COLUMNS.length];
    this.value = points[from]! + share * (points[to]! - points[from]!);
    this.line = points[from + 1]! + share * (points[to + 1]! - points[from + 1]!);
    this.handed = points[from + 2]! + share * (points[to + 2]! - points[from + 2]!);
    this.spread = points[from + 3]! + share * (points[to + 3]! - points[from + 3]!);
  }
}

function squared(x: number): number {
  return x * x;
}
