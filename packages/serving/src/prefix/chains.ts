import type { RequestSlots } from "../requests/request-slots.ts";
import { chainOf } from "./chain.ts";

/** The keys of the blocks of those requests that were asked about, by slot, until they leave. */
export class Chains {
  readonly #requests: RequestSlots;
  readonly #blockTokens: number;
  readonly #keys: (Int32Array | undefined)[] = [];

  constructor(requests: RequestSlots, blockTokens: number) {
    this.#requests = requests;
    this.#blockTokens = blockTokens;
  }

  /** [2 · blocks] the keys of all whole blocks that the request in `slot` will ever have computed: its last token is only put out. */
  of(slot: number): Int32Array {
    const there = this.#keys[slot];
    if (there !== undefined) return there;
    const { promptTokens, outputTokens, text, textIdTokens, number } = this.#requests;
    const blocks = Math.floor((promptTokens[slot]! + outputTokens[slot]! - 1) / this.#blockTokens);
    const keys = chainOf({ ids: text[slot], idTokens: textIdTokens[slot]!, own: number[slot]! }, blocks, this.#blockTokens);
    this.#keys[slot] = keys;
    return keys;
  }

  /** Whether no whole block of the request in `slot` can be another's: nothing is known of its tokens. */
  isPrivate(slot: number): boolean {
    const ids = this.#requests.text[slot];
    return ids === undefined || ids.length * this.#requests.textIdTokens[slot]! < this.#blockTokens;
  }

  /** Unique number of the request in `slot`. */
  numberOf(slot: number): number {
    return this.#requests.number[slot]!;
  }

  /** The request has left. */
  drop(slot: number): void {
    this.#keys[slot] = undefined;
  }
}
