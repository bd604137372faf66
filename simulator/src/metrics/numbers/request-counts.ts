import { Attainment } from "../../logs/requests/attainment.ts";
import type { RequestRow } from "../../logs/requests/request-rows.ts";
import type { LatencyLimits } from "../../setup/latency-limits.ts";
import { TimeBuckets } from "./time-buckets.ts";

/** What became of the requests that have left. */
export class RequestCounts {
  finishedCount = 0;
  failedCount = 0;
  rejectedCount = 0;
  preemptedCount = 0;
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

  /** A request has left. */
  left({ arrivedNs, startedNs, firstTokenNs, finishedNs, outputTokens, preemptions, status, counts }: RequestRow): void {
    if (status === "finished") this.finishedCount++;
    else if (status === "failed") this.failedCount++;
    else if (status === "rejected") this.rejectedCount++;
    this.preemptedCount += preemptions;
    if (startedNs >= 0) this.queue.add(startedNs - arrivedNs);
    if (firstTokenNs >= 0) {
      this.ttft.add(firstTokenNs - arrivedNs);
      this.prefill.add(firstTokenNs - startedNs);
    }
    if (!(finishedNs >= 0)) return;
    const e2eNs = finishedNs - arrivedNs;
    const tpotNs = outputTokens > 1 ? (finishedNs - firstTokenNs) / (outputTokens - 1) : 0;
    this.e2e.add(e2eNs);
    if (outputTokens > 1) this.tpot.add(tpotNs);
    if (counts) this.attained.finish(firstTokenNs - arrivedNs, tpotNs, e2eNs, outputTokens);
  }
}
