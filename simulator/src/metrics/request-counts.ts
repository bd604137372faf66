import { familyOf } from "@tokenyard/metrics";
import type { RequestRow } from "../logs/requests/request-rows.ts";

/** Times in the buckets of a histogram. */
export class TimeBuckets {
  readonly #bounds: readonly number[];
  /** [bounds + 1] not cumulative */
  readonly #counts: Float64Array;
  #seconds = 0;

  constructor(key: "ttft" | "tpot" | "e2e") {
    this.#bounds = familyOf(key).bounds!;
    this.#counts = new Float64Array(this.#bounds.length + 1);
  }

  add(ns: number): void {
    const seconds = ns / 1e9;
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seconds > this.#bounds[middle]!) low = middle + 1;
      else high = middle;
    }
    this.#counts[low] = this.#counts[low]! + 1;
    this.#seconds += seconds;
  }

  /** Cumulative counts, and behind them the sum, into `out`. */
  tell(out: Float64Array): void {
    let sum = 0;
    for (let b = 0; b < this.#counts.length; b++) {
      sum += this.#counts[b]!;
      out[b] = sum;
    }
    out[this.#counts.length] = this.#seconds;
  }
}

/** What became of the requests that have left. */
export class RequestCounts {
  finishedCount = 0;
  failedCount = 0;
  rejectedCount = 0;
  preemptedCount = 0;
  readonly ttft = new TimeBuckets("ttft");
  readonly tpot = new TimeBuckets("tpot");
  readonly e2e = new TimeBuckets("e2e");

  /** A request has left. */
  left({ arrivedNs, firstTokenNs, finishedNs, outputTokens, preemptions, status }: RequestRow): void {
    if (status === "finished") this.finishedCount++;
    else if (status === "failed") this.failedCount++;
    else if (status === "rejected") this.rejectedCount++;
    this.preemptedCount += preemptions;
    if (firstTokenNs >= 0) this.ttft.add(firstTokenNs - arrivedNs);
    if (!(finishedNs >= 0)) return;
    this.e2e.add(finishedNs - arrivedNs);
    if (outputTokens > 1) this.tpot.add((finishedNs - firstTokenNs) / (outputTokens - 1));
  }
}
