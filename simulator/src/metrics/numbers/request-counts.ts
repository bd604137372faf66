import { Attainment } from "../../logs/requests/attainment.ts";
import type { LeftObserver, RequestRow } from "../../logs/requests/request-rows.ts";
import type { LatencyLimits } from "../../setup/latency-limits.ts";
import { TimeBuckets } from "./time-buckets.ts";

/** What became of the requests that have left. */
export class RequestCounts implements LeftObserver {
  finishedCount = 0;
  failedCount = 0;
  rejectedCount = 0;
  preemptedCount = 0;
  answeredPromptTokens = 0;
  readonly attained: Attainment;
  readonly queue = new TimeBuckets("queue");
  readonly prefill = new TimeBuckets("prefill");
  readonly ttft = new TimeBuckets("ttft");
  readonly tpot = new TimeBuckets("tpot");
  readonly e2e = new TimeBuckets("e2e");

  constructor(limits: LatencyLimits) {
    this.attained = new Attainment(limits);
  }

  get leftCount(): number {
    return this.finishedCount + this.failedCount + this.rejectedCount;
  }

  /** A request has left; NaN for a time that there was not. */
  left(
    status: RequestRow["status"],
    preemptions: number,
    promptTokens: number,
    arrivedNs: number,
    startedNs: number,
    firstTokenNs: number,
  ): void {
    if (status === "finished") this.finishedCount++;
    else if (status === "failed") this.failedCount++;
    else if (status === "rejected") this.rejectedCount++;
    this.preemptedCount += preemptions;
    if (startedNs >= 0) this.queue.add(startedNs - arrivedNs);
    if (!(firstTokenNs >= 0)) return;
    this.answeredPromptTokens += promptTokens;
    this.ttft.add(firstTokenNs - arrivedNs);
    this.prefill.add(firstTokenNs - startedNs);
  }

  /** What has left with its last token: `ttftNs` after it came its first one, `e2eNs` the last. Attainment is of those that count. */
  finished(ttftNs: number, e2eNs: number, outputTokens: number, counts: boolean): void {
    const tpotNs = outputTokens > 1 ? (e2eNs - ttftNs) / (outputTokens - 1) : 0;
    this.e2e.add(e2eNs);
    if (outputTokens > 1) this.tpot.add(tpotNs);
    if (counts) this.attained.finish(ttftNs, tpotNs, e2eNs, outputTokens);
  }
}
