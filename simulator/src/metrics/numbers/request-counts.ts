import { Attainment } from "../../logs/requests/attainment.ts";
import type { LeftObserver, RequestRow } from "../../logs/requests/request-rows.ts";
import type { LatencyLimits } from "../../setup/latency-limits.ts";
import { TimeBuckets } from "./time-buckets.ts";

/** What becomes of requests: of those that have left, and of those that are answered. */
export class RequestCounts implements LeftObserver {
  finishedCount = 0;
  failedCount = 0;
  rejectedCount = 0;
  preemptedCount = 0;
  /** Of requests whose first token is out; those of one that begins anew count again. */
  answeredPromptTokens = 0;
  finishedPromptTokens = 0;
  finishedOutputTokens = 0;
  /** Requests in flight whose first token is out. */
  answering = 0;
  readonly attained: Attainment;
  readonly queue = new TimeBuckets("queue");
  readonly prefill = new TimeBuckets("prefill");
  readonly ttft = new TimeBuckets("ttft");
  readonly tpot = new TimeBuckets("tpot");
  readonly e2e = new TimeBuckets("e2e");
  /** Between tokens, of all requests together; undefined where nobody asks. */
  readonly itl: TimeBuckets | undefined;

  constructor(limits: LatencyLimits, asksOfGaps: boolean) {
    this.attained = new Attainment(limits);
    if (asksOfGaps) this.itl = new TimeBuckets("itl");
  }

  get leftCount(): number {
    return this.finishedCount + this.failedCount + this.rejectedCount;
  }

  firstToken(ttftNs: number, promptTokens: number): void {
    this.ttft.add(ttftNs);
    this.answeredPromptTokens += promptTokens;
    this.answering++;
  }

  preempted(): void {
    this.preemptedCount++;
  }

  /** Its first token, which was out, is thrown away. */
  forgotten(): void {
    this.answering--;
  }

  /** A request has left; NaN for a time that there was not. */
  left(status: RequestRow["status"], promptTokens: number, arrivedNs: number, startedNs: number, firstTokenNs: number): void {
    if (status === "finished") {
      this.finishedCount++;
      this.finishedPromptTokens += promptTokens;
    } else if (status === "failed") this.failedCount++;
    else if (status === "rejected") this.rejectedCount++;
    if (startedNs >= 0) this.queue.add(startedNs - arrivedNs);
    if (!(firstTokenNs >= 0)) return;
    this.answering--;
    this.prefill.add(firstTokenNs - startedNs);
  }

  /** What has left with its last token: `ttftNs` after it came its first one, `e2eNs` the last. Attainment is of those that count. */
  finished(ttftNs: number, e2eNs: number, outputTokens: number, counts: boolean): void {
    const tpotNs = outputTokens > 1 ? (e2eNs - ttftNs) / (outputTokens - 1) : 0;
    this.finishedOutputTokens += outputTokens;
    this.e2e.add(e2eNs);
    if (outputTokens > 1) this.tpot.add(tpotNs);
    if (counts) this.attained.finish(ttftNs, tpotNs, e2eNs, outputTokens);
  }
}
