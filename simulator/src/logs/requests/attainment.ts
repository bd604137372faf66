import type { Attained, Unanswered } from "@tokenyard/report";
import type { LatencyLimits } from "../../inputs/latency-limits.ts";

/** Counts the requests that met their limits, and those that are never answered. */
export class Attainment {
  readonly #limits: LatencyLimits;
  ended = 0;
  /** Requests that met every limit, with their output. */
  all = 0;
  outputTokens = 0;
  /** Requests that met each limit. */
  ttft = 0;
  tpot = 0;
  e2e = 0;
  #unanswered = 0;
  #withGaps = 0;

  constructor(limits: LatencyLimits) {
    this.#limits = limits;
  }

  /** Counts a finished request with `outputTokens`; without a second token its TPOT is 0. */
  finish(ttftNs: number, tpotNs: number, e2eNs: number, outputTokens: number): void {
    const limits = this.#limits;
    this.ended++;
    const ttft = ttftNs <= limits.ttftNs;
    const tpot = tpotNs <= limits.tpotNs;
    const e2e = e2eNs <= limits.e2eNs;
    if (ttft) this.ttft++;
    if (tpot) this.tpot++;
    if (e2e) this.e2e++;
    if (!ttft || !tpot || !e2e) return;
    this.all++;
    this.outputTokens += outputTokens;
  }

  /** A request is never answered: refused, lost, or still in when nothing happens any more. */
  miss(hasGaps: boolean): void {
    this.ended++;
    this.#unanswered++;
    if (hasGaps) this.#withGaps++;
  }

  get unanswered(): Unanswered {
    return { requests: this.#unanswered, withGaps: this.#withGaps };
  }

  attained(): Attained {
    const { ttftNs, tpotNs, e2eNs } = this.#limits;
    const by: Record<string, number> = {};
    if (ttftNs < Number.POSITIVE_INFINITY) by["ttft"] = this.ttft;
    if (tpotNs < Number.POSITIVE_INFINITY) by["tpot"] = this.tpot;
    if (e2eNs < Number.POSITIVE_INFINITY) by["e2e"] = this.e2e;
    return { ended: this.ended, all: this.all, outputTokens: this.outputTokens, by };
  }
}
