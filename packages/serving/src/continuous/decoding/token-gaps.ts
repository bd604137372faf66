import type { SchedulerObserver } from "../../requests/request-observer.ts";
import type { PassGaps } from "./pass-gaps.ts";

/** When the decoding sequences had their last token: few times, each with how many sequences. */
export class TokenGaps {
  #times = new Float64Array(8);
  #counts = new Float64Array(8);
  #size = 0;

  join(timeNs: number): void {
    const last = this.#size - 1;
    if (last >= 0 && this.#times[last] === timeNs) {
      this.#counts[last]!++;
      return;
    }
    if (this.#size === this.#times.length) this.#grow();
    this.#times[this.#size] = timeNs;
    this.#counts[this.#size++] = 1;
  }

  /** Removes a sequence that had its last token at `timeNs`. */
  leave(timeNs: number): void {
    let at = 0;
    while (this.#times[at] !== timeNs) if (at++ === this.#size) throw new Error(`no sequence had its last token at ${timeNs} ns`);
    this.#counts[at]! -= 1;
    if (this.#counts[at]! > 0) return;
    this.#size--;
    for (let i = at; i < this.#size; i++) {
      this.#times[i] = this.#times[i + 1]!;
      this.#counts[i] = this.#counts[i + 1]!;
    }
  }

  /**
   * Ends the gaps of all `sequences` sequences with a token at `atNs`, and their last one at `lastNs`. Gaps that end with the former belong
   * to its `pass`.
   */
  close(atNs: number, lastNs: number, sequences: number, pass: PassGaps, observer: SchedulerObserver): void {
    if (sequences === 0) return;
    for (let i = 0; i < this.#size; i++) pass.add(atNs - this.#times[i]!, this.#counts[i]!, observer);
    this.#size = 1;
    this.#times[0] = lastNs;
    this.#counts[0] = sequences;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#size);
    const counts = new Float64Array(2 * this.#size);
    times.set(this.#times);
    counts.set(this.#counts);
    this.#times = times;
    this.#counts = counts;
  }
}
