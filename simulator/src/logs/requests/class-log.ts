import { type ServedClass, Tally } from "@tokenyard/report";
import type { LatencyLimits } from "../../setup/latency-limits.ts";
import { Attainment } from "./attainment.ts";

/** What became of the requests of one class. */
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

  queued(ns: number): void {
    this.#queueNs.put(this.#queueNs.count, ns);
  }

  /** A request without a second token has 0 for its TPOT. */
  finish(ttftNs: number, tpotNs: number, e2eNs: number, outputTokens: number, counts: boolean): void {
    this.#finished++;
    if (!counts) return;
    this.#ttftNs.put(this.#ttftNs.count, ttftNs);
    if (outputTokens > 1) this.#tpotNs.put(this.#tpotNs.count, tpotNs);
    this.#e2eNs.put(this.#e2eNs.count, e2eNs);
    this.#attainment.finish(ttftNs, tpotNs, e2eNs, outputTokens);
  }

  reject(counts: boolean): void {
    this.#rejected++;
    if (counts) this.#attainment.reject();
  }

  fail(counts: boolean): void {
    this.#failed++;
    if (counts) this.#attainment.reject();
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
      attained: this.#attainment.attained(),
    };
  }
}
