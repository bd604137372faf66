/** Exact counts of values between edges inside a histogram's buckets. */
export class HistogramEdges {
  /** Rising, from 0 up. */
  readonly #values: Float64Array;
  /** [buckets] number of edges below the bucket: the first values of a bucket with an edge are at most that edge */
  readonly part: Int32Array;
  /** [edges + 1] values above the edge before and at most at this one; added by bucket, and then `correct`ed if an edge lies in it */
  readonly counts: Float64Array;
  /** [buckets] 1: it contains an edge */
  readonly isCut: Uint8Array;

  /** `bucketOf`: which of `buckets` a value falls into. Throws where two edges share one. */
  constructor(values: readonly number[], buckets: number, bucketOf: (value: number) => number) {
    this.#values = Float64Array.from(values);
    this.counts = new Float64Array(values.length + 1);
    this.isCut = new Uint8Array(buckets);
    for (const [edge, value] of values.entries()) {
      if (this.isCut[bucketOf(value)] === 1) throw new Error(`${values[edge - 1]} and ${value} lie in one bucket`);
      this.isCut[bucketOf(value)] = 1;
    }
    this.part = new Int32Array(buckets).fill(values.length);
    for (let edge = values.length - 1; edge >= 0; edge--) this.part.fill(edge, 0, bucketOf(values[edge]!) + 1);
  }

  /** Moves `times` of `value` in `bucket` to the part behind the edge, if it lies above the edge. */
  correct(bucket: number, value: number, times: number): void {
    const part = this.part[bucket]!;
    if (value <= this.#values[part]!) return;
    this.counts[part]! -= times;
    this.counts[part + 1]! += times;
  }

  /** How many values are at most each edge, and behind these how many there are, into `out`. */
  countBelow(out: Float64Array): void {
    let sum = 0;
    for (let part = 0; part < this.counts.length; part++) {
      sum += this.counts[part]!;
      out[part] = sum;
    }
  }
}
