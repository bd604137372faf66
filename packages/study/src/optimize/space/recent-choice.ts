import type { Choice } from "./choice.ts";

/** Whether two choices have the same degrees of a stage. */
export function isOneShard(a: Choice, b: Choice): boolean {
  return a.expert === b.expert && a.tensor === b.tensor && a.attentionTensor === b.attentionTensor;
}

/** Whether two choices also have the same replicas and micro-batches. */
export function isOneBatch(a: Choice, b: Choice): boolean {
  return a.data === b.data && a.microBatches === b.microBatches && isOneShard(a, b);
}

/** Caches the value of the last choice, for choices that are equal to it. */
export class RecentChoice<T> {
  readonly #isOne: (a: Choice, b: Choice) => boolean;
  #choice: Choice | undefined;
  #value: T | undefined;

  constructor(isOne: (a: Choice, b: Choice) => boolean) {
    this.#isOne = isOne;
  }

  get(choice: Choice, make: () => T): T {
    if (this.#choice === undefined || !this.#isOne(this.#choice, choice)) {
      this.#value = make();
      this.#choice = choice;
    }
    return this.#value!;
  }
}
