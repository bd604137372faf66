import { addUp, FIRST_BUCKET_US } from "../logs/buckets.ts";

/** Events summed in a bounded number of buckets: when time outgrows them, two become one. */
export class RateSeries {
  readonly #sums: Float64Array;
  #bucketUs = FIRST_BUCKET_US;

  constructor(mostBuckets: number) {
    this.#sums = new Float64Array(mostBuckets);
  }

  add(nowNs: number, amount: number): void {
    this.#makeRoom(nowNs);
    this.#sums[Math.floor(nowNs / this.#bucketNs)]! += amount;
  }

  /** [buckets] in buckets that hold all up to `horizonNs`, as those of other series do. */
  columns(horizonNs: number): { readonly bucketNs: number; readonly sums: Float64Array } {
    this.#makeRoom(horizonNs);
    return { bucketNs: this.#bucketNs, sums: this.#sums };
  }

  get #bucketNs(): number {
    return this.#bucketUs * 1e3;
  }

  #makeRoom(nowNs: number): void {
    const sums = this.#sums;
    while (nowNs >= sums.length * this.#bucketNs) {
      addUp(sums, 2);
      this.#bucketUs *= 2;
    }
  }
}
