/** Tokens of a block that has an id. */
export const BLOCK_TOKENS = 16;
/** Blocks that are known at once: those of 8 million tokens. */
const MOST_BLOCKS = 1 << 19;
const LAST_ID = 0x7fff_ffff;

/** Gives the whole leading blocks of prompts ids: equal ids for equal tokens behind equal blocks. Those that were met longest ago are forgotten. */
export class BlockIds {
  /** By a hash of 53 bits of the block and of all before it; in the order in which they were met last. */
  readonly #ids = new Map<number, number>();
  readonly #most: number;
  #next = 0;

  constructor(most = MOST_BLOCKS) {
    this.#most = most;
  }

  /** Ids of the whole blocks of `tokens`. */
  of(tokens: readonly number[]): Int32Array {
    const ids = new Int32Array(Math.floor(tokens.length / BLOCK_TOKENS));
    let high = 0;
    let low = 0;
    for (let block = 0; block < ids.length; block++) {
      for (let at = block * BLOCK_TOKENS; at < (block + 1) * BLOCK_TOKENS; at++) {
        high = mixed(high, tokens[at]!, 0x9e37_79b1);
        low = mixed(low, tokens[at]!, 0x85eb_ca6b);
      }
      ids[block] = this.#idOf((high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0));
    }
    return ids;
  }

  #idOf(key: number): number {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#next;
      this.#next = id === LAST_ID ? 0 : id + 1;
      if (this.#ids.size === this.#most) this.#ids.delete(this.#ids.keys().next().value!);
    } else this.#ids.delete(key);
    this.#ids.set(key, id);
    return id;
  }
}

function mixed(hash: number, token: number, factor: number): number {
  const next = Math.imul(hash ^ token, factor);
  return Math.imul(next ^ (next >>> 15), 0xc2b2_ae35) ^ (next >>> 13);
}
