/** Counts values between edges exactly, though the edges lie within a histogram's buckets. */
export class HistogramEdges {
  /** Rising, from 0 up. */
  readonly #values: Float64Array;
  /** [buckets] how many edges lie below the bucket: the first values of one with an edge are at most that edge */
  readonly part: Int32Array;
  /** [edges + 1] values that are more than the edge before, and at most this one; to be added to by bucket, and then `correct`ed where an edge lies in it */
  readonly counts: Float64Array;
  /** [buckets] 1: an edge lies in it */
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

  /** `value`, which has come to `bucket`, may lie above the edge in it: it is `times` in the part behind, and not in this. */
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
