import type { MicroBatch } from "../micro-batches/micro-batch.ts";

/** Micro-batches that wait to be admitted to a stage, in order of arrival. */
export class StageQueue {
  #waiting: MicroBatch[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  add(microBatch: MicroBatch): void {
    this.#waiting.push(microBatch);
  }

  /** Takes out who is next: of those in the highest slice the one that arrived first. */
  takeFurthest(): MicroBatch {
    const slice = this.#waiting.reduce((most, each) => Math.max(most, each.slice), 0);
    const at = this.#waiting.findIndex((each) => each.slice === slice);
    return this.#waiting.splice(at, 1)[0]!;
  }

  clear(): void {
    this.#waiting = [];
  }
}
