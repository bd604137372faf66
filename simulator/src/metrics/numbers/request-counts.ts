import type { RequestSlots } from "@tokenyard/serving";
import { GapBuckets, TimeBuckets } from "../../counts/time-buckets.ts";
import { type LatencyLimits, limitAny } from "../../inputs/latency-limits.ts";
import { Attainment } from "../../logs/requests/attainment.ts";
import type { LeftObserver, RequestRow, RequestRows } from "../../logs/requests/request-rows.ts";

/** Requests that are kept until they are put into histograms together. */
const MOST_NEW = 64;

/** Counts requests: those that have left, and those that are answered. */
export class RequestCounts implements LeftObserver {
  finishedCount = 0;
  failedCount = 0;
  rejectedCount = 0;
  preemptedCount = 0;
  /** Prompt tokens of requests whose first token was emitted; those of a restarted request count again. */
  answeredPromptTokens = 0;
  finishedPromptTokens = 0;
  finishedOutputTokens = 0;
  /** Requests in flight whose first token is out. */
  answering = 0;
  readonly attained: Attainment;
  /** Whether there are limits to attain. */
  readonly #hasLimits: boolean;
  readonly queue = new TimeBuckets("queue");
  readonly prefill = new TimeBuckets("prefill");
  readonly ttft = new TimeBuckets("ttft");
  readonly tpot = new TimeBuckets("tpot");
  readonly e2e = new TimeBuckets("e2e");
  /** Between tokens, of all requests together; undefined if not requested. */
  readonly itl: GapBuckets | undefined;

  // Of requests that have left since `settle`, the first `#leftCount` of these; NaN where there was no such time, and for the tokens of
  // those that do not count.
  readonly #queueNs = new Float64Array(MOST_NEW);
  readonly #prefillNs = new Float64Array(MOST_NEW);
  readonly #ttftNs = new Float64Array(MOST_NEW);
  readonly #tpotNs = new Float64Array(MOST_NEW);
  readonly #e2eNs = new Float64Array(MOST_NEW);
  readonly #outputTokens = new Float64Array(MOST_NEW);
  #leftCount = 0;
  /** Times of requests that were answered. */
  readonly #firstNs = new Float64Array(MOST_NEW);
  #firstCount = 0;

  constructor(limits: LatencyLimits, asksOfGaps: boolean) {
    this.attained = new Attainment(limits);
    this.#hasLimits = limitAny(limits);
    if (asksOfGaps) this.itl = new GapBuckets();
  }

  get leftCount(): number {
    return this.finishedCount + this.failedCount + this.rejectedCount;
  }

  firstToken({ arrivedNs, promptTokens }: RequestSlots, slot: number, nowNs: number): void {
    if (this.#firstCount === MOST_NEW) this.settle();
    this.#firstNs[this.#firstCount++] = nowNs - arrivedNs[slot]!;
    this.answeredPromptTokens += promptTokens[slot]!;
    this.answering++;
  }

  preempted(): void {
    this.preemptedCount++;
  }

  /** Counts a request less among those with a first token, as its output was discarded. */
  forgotten(): void {
    this.answering--;
  }

  left({ slots, startedNs, firstTokenNs }: RequestRows, slot: number, status: RequestRow["status"], nowNs: number, counts: boolean): void {
    if (this.#leftCount === MOST_NEW) this.settle();
    const at = this.#leftCount++;
    const arrivedNs = slots.arrivedNs[slot]!;
    const firstNs = firstTokenNs[slot]!;
    this.#queueNs[at] = startedNs[slot]! - arrivedNs;
    this.#prefillNs[at] = firstNs - startedNs[slot]!;
    if (firstNs >= 0) this.answering--;
    if (status === "failed") this.failedCount++;
    else if (status === "rejected") this.rejectedCount++;
    const hasFinished = status === "finished";
    const outputTokens = slots.outputTokens[slot]!;
    this.#tpotNs[at] = hasFinished && outputTokens > 1 ? (nowNs - firstNs) / (outputTokens - 1) : Number.NaN;
    this.#e2eNs[at] = hasFinished ? nowNs - arrivedNs : Number.NaN;
    if (this.#hasLimits) {
      this.#ttftNs[at] = firstNs - arrivedNs;
      this.#outputTokens[at] = hasFinished && counts ? outputTokens : Number.NaN;
    }
    if (!hasFinished) return;
    this.finishedCount++;
    this.finishedPromptTokens += slots.promptTokens[slot]!;
    this.finishedOutputTokens += outputTokens;
  }

  /** Moves recent values into histograms, and counts attainment. To be called before they are read. */
  settle(): void {
    const count = this.#leftCount;
    this.ttft.addAll(this.#firstNs, this.#firstCount);
    this.queue.addAll(this.#queueNs, count);
    this.prefill.addAll(this.#prefillNs, count);
    this.tpot.addAll(this.#tpotNs, count);
    this.e2e.addAll(this.#e2eNs, count);
    for (let i = 0; this.#hasLimits && i < count; i++) {
      const outputTokens = this.#outputTokens[i]!;
      const tpotNs = outputTokens > 1 ? this.#tpotNs[i]! : 0;
      if (outputTokens > 0) this.attained.finish(this.#ttftNs[i]!, tpotNs, this.#e2eNs[i]!, outputTokens);
    }
    this.#leftCount = 0;
    this.#firstCount = 0;
  }
}
