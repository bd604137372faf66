import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** Micro-batches that wait to be admitted to a stage, in order of arrival. */
export class StageQueue {
  /** Until when none is admitted, as something crosses that no event reports. */
  heldNs = 0;
  #waiting: MicroBatch[] = [];
  /** Whether an event reports that. */
  #isNotified = false;

  get length(): number {
    return this.#waiting.length;
  }

  add(microBatch: MicroBatch): void {
    this.#waiting.push(microBatch);
  }

  /** Removes and returns the next micro-batch: of those in the highest slice the first to arrive. */
  takeFurthest(): MicroBatch {
    const slice = this.#waiting.reduce((most, each) => Math.max(most, each.slice), 0);
    const at = this.#waiting.findIndex((each) => each.slice === slice);
    return this.#waiting.splice(at, 1)[0]!;
  }

  /** Admits nothing before `untilNs`. */
  hold(untilNs: number): void {
    this.heldNs = untilNs;
    this.#isNotified = false;
  }

  isHeld(nowNs: number): boolean {
    return nowNs < this.heldNs;
  }

  /** Whether the end of that is waited for, and no event reports it yet. */
  mustNotify(): boolean {
    if (this.#isNotified || this.#waiting.length === 0) return false;
    this.#isNotified = true;
    return true;
  }

  clear(): void {
    this.#waiting = [];
  }
}
