/**
 * Distances, in logarithms of a kernel's sizes and load, over which two kernels become unlike; infinite where a coordinate does not matter.
 */
export interface Reach {
  /** Weight among all reaches. */
  readonly share: number;
  /** One number for each of `MeasuredSizes.logarithms`. */
  readonly sizes: readonly number[];
  /** One number for each coordinate of `LOAD`. */
  readonly load: readonly [line: number, along: number, third: number, fourth: number];
}

/**
 * Covariance of the ratios of two kernels by the distance of their sizes and loads: a weighted sum of 1/(1 + d) over several reaches. It is
 * positive definite in any number of coordinates and has a peak at 0, so that interpolation between points has no waves. Source:
 * docs/models/kernels.md#profile-tables.
 */
export class Covariance {
  /** How many reaches there are. */
  readonly reaches: number;
  /** [reaches] */
  readonly #shares: Float64Array;
  /** One over the squares of reaches [reaches × sizes], [reaches × load]. */
  readonly #sizes: Float64Array;
  readonly #loads: Float64Array;

  constructor(reaches: readonly Reach[]) {
    this.reaches = reaches.length;
    this.#shares = Float64Array.from(reaches, ({ share }) => share);
    this.#sizes = Float64Array.from(reaches.flatMap(({ sizes }) => sizes).map(scaleOf));
    this.#loads = Float64Array.from(reaches.flatMap(({ load }) => load).map(scaleOf));
  }

  /** [reaches] Squared distances between sizes of which these are the logarithms. */
  sizesApart(a: Float64Array, b: Float64Array): Float64Array {
    const apart = new Float64Array(this.reaches);
    for (let r = 0, at = 0; r < this.reaches; r++) {
      for (let i = 0; i < a.length; i++) apart[r]! += this.#sizes[at++]! * (a[i]! - b[i]!) * (a[i]! - b[i]!);
    }
    return apart;
  }

  /** Covariance of two kernels, from the differences of their sizes scaled by reach (`apart[at]` on) and the differences of their loads. */
  of(apart: Float64Array, at: number, line: number, along: number, third: number, fourth: number): number {
    const loads = this.#loads;
    const shares = this.#shares;
    const a = line * line;
    const b = along * along;
    const c = third * third;
    const d = fourth * fourth;
    let sum = 0;
    for (let r = 0, i = 0; r < shares.length; r++, i += 4) {
      const squared = apart[at + r]! + a * loads[i]! + b * loads[i + 1]! + c * loads[i + 2]! + d * loads[i + 3]!;
      sum += shares[r]! / (1 + Math.sqrt(squared));
    }
    return sum;
  }
}

function scaleOf(reach: number): number {
  return 1 / (reach * reach);
}
