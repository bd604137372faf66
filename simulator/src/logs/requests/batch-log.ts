import type { BatchColumns } from "@tokenyard/report";

/** Batches beyond which two and two become one. */
const MOST = 40;

/**
 * Routed and dropped copies by batches of consecutive micro-batches through a layer. The batches of all layers are merged by their number;
 * they become longer as more micro-batches come. Stages may record theirs in any order.
 */
export class BatchLog {
  /** Number of micro-batches so far, by layer and stage. */
  readonly #passes = new Map<number, number>();
  readonly #routed = new Float64Array(MOST);
  readonly #dropped = new Float64Array(MOST);
  #length = 1;
  #count = 0;

  /** Adds a micro-batch that routed `routed` copies in layer `key`, `dropped` of which were dropped. */
  add(key: number, routed: number, dropped: number): void {
    const pass = this.#passes.get(key) ?? 0;
    this.#passes.set(key, pass + 1);
    while (pass >= MOST * this.#length) this.#double();
    const batch = Math.floor(pass / this.#length);
    this.#count = Math.max(this.#count, batch + 1);
    this.#routed[batch] = this.#routed[batch]! + routed;
    this.#dropped[batch] = this.#dropped[batch]! + dropped;
  }

  columns(): BatchColumns {
    return { microBatches: this.#length, routed: this.#routed.slice(0, this.#count), dropped: this.#dropped.slice(0, this.#count) };
  }

  #double(): void {
    for (const column of [this.#routed, this.#dropped]) {
      for (let batch = 0; batch < MOST; batch++) column[batch] = batch < MOST / 2 ? column[2 * batch]! + column[2 * batch + 1]! : 0;
    }
    this.#length *= 2;
    this.#count = Math.ceil(this.#count / 2);
  }
}
