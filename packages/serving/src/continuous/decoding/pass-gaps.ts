import type { SchedulerObserver } from "../../requests/request-observer.ts";

/** Gaps between tokens that end with a pass. Its data groups step together, so that most of them are as long: those in a row are reported in one. */
export class PassGaps {
  #lengthNs = 0;
  #count = 0;

  /** `count` gaps of `lengthNs` each. */
  add(lengthNs: number, count: number, observer: SchedulerObserver): void {
    if (lengthNs !== this.#lengthNs) {
      if (this.#count > 0) this.report(observer);
      this.#lengthNs = lengthNs;
    }
    this.#count += count;
  }

  /** Reports the gaps of this pass. */
  report(observer: SchedulerObserver): void {
    if (this.#count > 0) observer.gaps(this.#lengthNs, this.#count);
    this.#count = 0;
  }
}
