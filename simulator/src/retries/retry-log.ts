import type { RetryColumns } from "@tokenyard/report";
import { RateSeries } from "./rate-series.ts";

/** End of an attempt without an answer: refused on arrival, lost to a fault, or given up by its client. */
export type Ending = "refused" | "failed" | "timedOut";

/** Attempts, how they ended, and the work that was for nothing, added up. */
export class RetryLog {
  readonly #attempts: RateSeries;
  readonly #wasted: RateSeries;
  readonly sums = {
    attempts: 0,
    byClient: 0,
    byRouter: 0,
    refused: 0,
    failed: 0,
    timedOut: 0,
    promptTokens: 0,
    outputTokens: 0,
    answeredTokens: 0,
  };

  constructor(mostBuckets: number) {
    this.#attempts = new RateSeries(mostBuckets);
    this.#wasted = new RateSeries(mostBuckets);
  }

  sent(nowNs: number): void {
    this.sums.attempts++;
    this.#attempts.add(nowNs, 1);
  }

  /** Counts an attempt that will be followed by another. */
  again(by: "byClient" | "byRouter"): void {
    this.sums[by]++;
  }

  ended(ending: Ending): void {
    this.sums[ending]++;
  }

  /** Records the computed and emitted tokens of an attempt without an answer. */
  waste(promptTokens: number, outputTokens: number, nowNs: number): void {
    if (promptTokens + outputTokens === 0) return;
    this.sums.promptTokens += promptTokens;
    this.sums.outputTokens += outputTokens;
    this.#wasted.add(nowNs, promptTokens + outputTokens);
  }

  answered(tokens: number): void {
    this.sums.answeredTokens += tokens;
  }

  columns(horizonNs: number, breakers: RetryColumns["breakers"]): RetryColumns {
    const { promptTokens, outputTokens, ...counts } = this.sums;
    const attempts = this.#attempts.columns(horizonNs);
    return {
      ...counts,
      wastedPromptTokens: promptTokens,
      wastedOutputTokens: outputTokens,
      bucketNs: attempts.bucketNs,
      attemptsIn: attempts.sums,
      wastedTokensIn: this.#wasted.columns(horizonNs).sums,
      breakers,
    };
  }
}
