import { type ServedClass, Tally } from "@tokenyard/report";
import type { LatencyLimits } from "../../inputs/latency-limits.ts";
import { Attainment } from "./attainment.ts";

/** Counts of the requests of one class. */
export class ClassLog {
  readonly #name: string;
  readonly #attainment: Attainment;
  readonly #ttftNs = new Tally();
  readonly #tpotNs = new Tally();
  readonly #e2eNs = new Tally();
  readonly #queueNs = new Tally();
  arrived = 0;
  #finished = 0;
  #rejected = 0;
  #failed = 0;

  constructor(name: string, limits: LatencyLimits) {
    this.#name = name;
    this.#attainment = new Attainment(limits);
  }

  /** A request without a second token has 0 for its TPOT. */
  finish({ ttftNs, tpotNs, e2eNs, queueNs, outputTokens }: Latencies, counts: boolean): void {
    this.#finished++;
    if (!counts) return;
    this.#queueNs.put(this.#queueNs.count, queueNs);
    this.#ttftNs.put(this.#ttftNs.count, ttftNs);
    if (outputTokens > 1) this.#tpotNs.put(this.#tpotNs.count, tpotNs);
    this.#e2eNs.put(this.#e2eNs.count, e2eNs);
    this.#attainment.finish(ttftNs, tpotNs, e2eNs, outputTokens);
  }

  reject(): void {
    this.#rejected++;
  }

  fail(): void {
    this.#failed++;
  }

  /** A request that counts is never answered. */
  miss(hasGaps: boolean): void {
    this.#attainment.miss(hasGaps);
  }

  served(): ServedClass {
    return {
      name: this.#name,
      arrived: this.arrived,
      finished: this.#finished,
      rejected: this.#rejected,
      failed: this.#failed,
      ttftNs: this.#ttftNs.columns(),
      tpotNs: this.#tpotNs.columns(),
      e2eNs: this.#e2eNs.columns(),
      queueNs: this.#queueNs.columns(),
      unanswered: this.#attainment.unanswered,
      attained: this.#attainment.attained(),
    };
  }
}

/** Latencies of one answered request. */
interface Latencies {
  readonly ttftNs: number;
  readonly tpotNs: number;
  readonly e2eNs: number;
  readonly queueNs: number;
  readonly outputTokens: number;
}
