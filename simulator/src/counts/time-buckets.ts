import { type FamilyKey, familyOf } from "@tokenyard/metrics";
import { Histogram } from "@tokenyard/report";

/** Families that are histograms of times. */
export type TimesKey = Extract<FamilyKey, "queue" | "prefill" | "ttft" | "tpot" | "e2e" | "transferTime" | "transferWait">;

/** Times in the buckets of a histogram. */
export class TimeBuckets {
  /** Edges of the buckets, in whole nanoseconds. */
  readonly #boundsNs: readonly number[];
  /** [bounds + 1] not cumulative */
  readonly #counts: Float64Array;
  /** Whole nanoseconds, so that the sum is the same in any order. */
  #sumNs = 0;
  /** Bucket of the last time, and its edges: the next time is mostly in the same bucket. */
  #last = 0;
  #overNs = Number.POSITIVE_INFINITY;
  #upToNs = Number.NEGATIVE_INFINITY;

  constructor(key: TimesKey) {
    this.#boundsNs = familyOf(key).bounds!.map((seconds) => Math.round(seconds * 1e9));
    this.#counts = new Float64Array(this.#boundsNs.length + 1);
  }

  add(ns: number): void {
    if (!(ns > this.#overNs && ns <= this.#upToNs)) this.#find(ns);
    this.#counts[this.#last]!++;
    this.#sumNs += ns;
  }

  /** Adds the first `count` times of `ns`, except NaN, which stands for no time. */
  addAll(ns: Float64Array, count: number): void {
    const counts = this.#counts;
    let sumNs = 0;
    for (let i = 0; i < count; i++) {
      const each = ns[i]!;
      if (!(each >= 0)) continue;
      if (!(each > this.#overNs && each <= this.#upToNs)) this.#find(each);
      counts[this.#last]!++;
      sumNs += each;
    }
    this.#sumNs += sumNs;
  }

  #find(ns: number): void {
    const bounds = this.#boundsNs;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ns > bounds[middle]!) low = middle + 1;
      else high = middle;
    }
    this.#last = low;
    this.#overNs = low === 0 ? Number.NEGATIVE_INFINITY : bounds[low - 1]!;
    this.#upToNs = low === bounds.length ? Number.POSITIVE_INFINITY : bounds[low]!;
  }

  /** Writes the cumulative counts into `out`, followed by the sum. */
  report(out: Float64Array): void {
    let sum = 0;
    for (let b = 0; b < this.#counts.length; b++) {
      sum += this.#counts[b]!;
      out[b] = sum;
    }
    out[this.#counts.length] = this.#sumNs / 1e9;
  }
}

/** Gaps between tokens of all requests. The histogram of the report counts them, as its edges include those of the series. */
export class GapBuckets {
  readonly histogram = new Histogram(familyOf("itl").bounds!.map((seconds) => Math.round(seconds * 1e9)));

  /** Writes the cumulative counts into `out`, followed by the sum in seconds. */
  report(out: Float64Array): void {
    this.histogram.countBelow(out);
    out[out.length - 1]! /= 1e9;
  }
}
