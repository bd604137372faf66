import { type FamilyKey, familyOf } from "@tokenyard/metrics";

/** Histograms of times. */
export type TimesKey = Extract<FamilyKey, "queue" | "prefill" | "ttft" | "tpot" | "itl" | "e2e" | "transferTime" | "transferWait">;

/** Times in the buckets of a histogram. */
export class TimeBuckets {
  readonly #bounds: readonly number[];
  /** [bounds + 1] not cumulative */
  readonly #counts: Float64Array;
  /** In whole nanoseconds, so that it is the same in whatever order they come. */
  #sumNs = 0;
  /** Bucket of the last one, and its edges: the next mostly falls into it, too. */
  #last = 0;
  #over = Number.POSITIVE_INFINITY;
  #upTo = Number.NEGATIVE_INFINITY;

  constructor(key: TimesKey) {
    this.#bounds = familyOf(key).bounds!;
    this.#counts = new Float64Array(this.#bounds.length + 1);
  }

  add(ns: number): void {
    this.addTimes(ns, 1);
  }

  /** As long as `ns`, `times`. */
  addTimes(ns: number, times: number): void {
    this.#fill(ns, times);
    this.#sumNs += ns * times;
  }

  /** The gaps between `count` rising times, each seen `times`. */
  addGaps(atNs: Float64Array, count: number, times: number): void {
    for (let i = 1; i < count; i++) this.#fill(atNs[i]! - atNs[i - 1]!, times);
    if (count > 1) this.#sumNs += (atNs[count - 1]! - atNs[0]!) * times;
  }

  #fill(ns: number, times: number): void {
    const seconds = ns / 1e9;
    if (!(seconds > this.#over && seconds <= this.#upTo)) this.#find(seconds);
    this.#counts[this.#last] = this.#counts[this.#last]! + times;
  }

  #find(seconds: number): void {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seconds > this.#bounds[middle]!) low = middle + 1;
      else high = middle;
    }
    this.#last = low;
    this.#over = low === 0 ? Number.NEGATIVE_INFINITY : this.#bounds[low - 1]!;
    this.#upTo = low === this.#bounds.length ? Number.POSITIVE_INFINITY : this.#bounds[low]!;
  }

  /** Cumulative counts, and behind them the sum, into `out`. */
  tell(out: Float64Array): void {
    let sum = 0;
    for (let b = 0; b < this.#counts.length; b++) {
      sum += this.#counts[b]!;
      out[b] = sum;
    }
    out[this.#counts.length] = this.#sumNs / 1e9;
  }
}
