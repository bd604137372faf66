import { nsFromSeconds } from "@tokenyard/engine";
import type { RetriesSpec } from "@tokenyard/scenario";

export type BreakerSpec = NonNullable<RetriesSpec["breaker"]>;

/**
 * Keeps a router from one replica. Closed until a number of attempts in a row have failed within the window; open for its time; then half
 * open until a number have succeeded or one has failed. Source: docs/requests.md#attempts.
 */
export class Breaker {
  /** How often it has opened. */
  opened = 0;
  readonly #spec: BreakerSpec;
  /** Instants of failures since the last success, the latest `failures` of them; while it is closed. */
  #failuresNs: number[] = [];
  /** NaN: it is not. */
  #openSinceNs = Number.NaN;
  #isHalfOpen = false;
  #successes = 0;
  #openNs = 0;

  constructor(spec: BreakerSpec) {
    this.#spec = spec;
  }

  /** Whether requests must not go there at `nowNs`. To be called in order of time. */
  isOpen(nowNs: number): boolean {
    const untilNs = this.#openSinceNs + nsFromSeconds(this.#spec.open);
    if (nowNs >= untilNs) {
      this.#openNs += untilNs - this.#openSinceNs;
      this.#openSinceNs = Number.NaN;
      this.#isHalfOpen = true;
      this.#successes = 0;
    }
    return !Number.isNaN(this.#openSinceNs);
  }

  /** Counts a failed attempt, unless it was sent before the breaker opened. */
  failed(nowNs: number): void {
    if (this.isOpen(nowNs)) return;
    if (this.#isHalfOpen) {
      this.#open(nowNs);
      return;
    }
    const { failures, window } = this.#spec;
    this.#failuresNs.push(nowNs);
    if (this.#failuresNs.length > failures) this.#failuresNs.shift();
    const isFull = this.#failuresNs.length === failures;
    if (isFull && nowNs - this.#failuresNs[0]! <= nsFromSeconds(window)) this.#open(nowNs);
  }

  /** An attempt there was answered. */
  succeeded(nowNs: number): void {
    if (this.isOpen(nowNs)) return;
    this.#failuresNs = [];
    if (!this.#isHalfOpen) return;
    this.#successes++;
    if (this.#successes === this.#spec.successes) this.#isHalfOpen = false;
  }

  /** For how long it has been open, up to `nowNs`. */
  openNs(nowNs: number): number {
    return this.isOpen(nowNs) ? this.#openNs + nowNs - this.#openSinceNs : this.#openNs;
  }

  #open(nowNs: number): void {
    this.opened++;
    this.#openSinceNs = nowNs;
    this.#isHalfOpen = false;
  }
}
