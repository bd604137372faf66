import { ln } from "@tokenyard/random";
import { ordinaryKriging } from "../../kernels/table/positive-definite.ts";
import type { Curve } from "./curve.ts";
import { covariance, curvesApart, waysApart } from "./curve-covariance.ts";
import type { CurveWays, Ramp } from "./curve-ways.ts";
import type { Way } from "./way.ts";

/**
 * Number of curves whose rows are used, the nearest first, and of rows on either side of a gap: solving takes the cube of their product.
 */
const CURVES = 32;
const ROWS = 4;

/** A curve, and which way its library took along it. */
export interface WayedCurve {
  readonly curve: Curve;
  readonly ways: CurveWays;
}

interface Point {
  readonly curve: Curve;
  readonly way: Way;
  readonly bytes: number;
  /** Place on the curve: the binary logarithm of the bytes. */
  readonly place: number;
  readonly ratio: number;
}

/**
 * Estimates in a gap between two rows of a curve: ordinary kriging, the best linear estimate for the covariance of `covariance`. At a row
 * it returns the measured value. Source: docs/models/network.md#tables-of-traffic.
 */
export class GapKriging {
  /** Least and most bytes of its rows. */
  readonly first: number;
  readonly last: number;
  /** Ranges in which times move from one way to another. */
  readonly ramps: readonly Ramp[];
  readonly #ways: CurveWays;
  readonly #points: readonly Point[];
  /** [points] squared distances of their curves from the requested one */
  readonly #apart: Float64Array;
  /** [points] weight of each by its covariance with the requested place */
  readonly #weights: Float64Array;
  readonly #mean: number;

  /** The gap of `own` under its row `above`, or above its last row; `all` are the curves whose rows are used. */
  constructor({ curve: own, ways }: WayedCurve, above: number, all: readonly WayedCurve[]) {
    const [low, high] = [own.bytes[above - 1], own.bytes[above]];
    const middle = Math.sqrt(low ?? high!) * Math.sqrt(high ?? low!);
    const points = nearest(own, all).flatMap((each) => pointsNear(each, middle));
    const count = points.length;
    const matrix = new Float64Array(count * count); // the lower half
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) matrix[i * count + j] = covariance(pointsApart(points[i]!, points[j]!));
    }
    const ratios = Float64Array.from(points, ({ ratio }) => ratio);
    const { mean, weights } = ordinaryKriging(matrix, ratios);
    this.#mean = mean;
    this.#weights = weights;
    this.#points = points;
    this.#apart = Float64Array.from(points, ({ curve }) => curvesApart(own, curve));
    this.#ways = ways;
    this.ramps = ways.rampsWithin(low, high);
    this.first = points.reduce((least, { bytes }) => Math.min(least, bytes), Number.POSITIVE_INFINITY);
    this.last = points.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  }

  /** The logarithm of the time over the unlimited model's. */
  ratioAt(bytes: number): number {
    const place = doublingsOf(bytes);
    const way = this.#ways.at(bytes);
    let sum = this.#mean;
    for (let i = 0; i < this.#points.length; i++) {
      const point = this.#points[i]!;
      const along = point.place - place;
      sum += this.#weights[i]! * covariance(along * along + this.#apart[i]! + waysApart(point.way, way));
    }
    return sum;
  }
}

/** The curves nearest to `own`, which is the first of them. */
function nearest(own: Curve, all: readonly WayedCurve[]): WayedCurve[] {
  const byDistance = all.map((each, i) => ({
    each,
    i,
    apart: curvesApart(own, each.curve) + (each.curve.library === own.library ? 0 : 1),
  }));
  return byDistance
    .sort((a, b) => a.apart - b.apart || a.i - b.i)
    .slice(0, CURVES)
    .map(({ each }) => each);
}

/** The rows of a curve next to a size. */
function pointsNear({ curve, ways }: WayedCurve, middle: number): Point[] {
  const under = curve.rowsUnder(middle);
  const first = Math.max(0, under - ROWS);
  return Array.from(curve.bytes.subarray(first, under + ROWS), (bytes, i) => {
    const row = first + i;
    return { curve, way: ways.rows[row]!, bytes, place: doublingsOf(bytes), ratio: curve.ratios[row]! };
  });
}

function pointsApart(a: Point, b: Point): number {
  const along = a.place - b.place;
  return along * along + curvesApart(a.curve, b.curve) + waysApart(a.way, b.way);
}

function doublingsOf(bytes: number): number {
  return ln(bytes) / Math.LN2;
}
