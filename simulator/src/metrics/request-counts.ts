import { familyOf } from "@tokenyard/metrics";
import type { RequestRow } from "../logs/request-rows.ts";

/** Times in the buckets of a histogram, cumulative, and behind them their sum. */
export class TimeBuckets {
  readonly values: Float64Array;
  readonly #bounds: readonly number[];

  constructor(key: "ttft" | "tpot" | "e2e") {
    this.#bounds = familyOf(key).bounds!;
    this.values = new Float64Array(this.#bounds.length + 2);
  }

  add(ns: number): void {
    const seconds = ns / 1e9;
    for (let b = 0; b < this.#bounds.length; b++) if (seconds <= this.#bounds[b]!) this.values[b]! += 1;
    this.values[this.#bounds.length]! += 1;
    this.values[this.#bounds.length + 1]! += seconds;
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
