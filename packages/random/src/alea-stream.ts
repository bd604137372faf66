import alea from "seedrandom/lib/alea.js";
import type { Stream } from "./stream.ts";

const MULTIPLIER = 2_091_639;
const TWO_TO_32 = 4_294_967_296;
const WORDS = 32; // of a block
const PER_WORD = 1 / TWO_TO_32;
const PER_53_BITS = PER_WORD / 2_097_152; // 2⁻⁵³

/**
 * Baagøe's Alea, number for number as in the package `seedrandom`: s ← (2091639 · s₃ + c) mod 2³², where s₃ is the state three steps before
 * and c the carry. Words are made in blocks, in which steps depend on each other only through the carry.
 */
export class AleaStream implements Stream {
  readonly #words = new Int32Array(WORDS);
  #at = WORDS;
  /** Three words, the oldest first, and the carry, behind the block. */
  readonly #state = new Float64Array(4);

  constructor(seed: string) {
    const { s0, s1, s2, c } = alea(seed, { state: true }).state();
    this.#state.set([s0 * TWO_TO_32, s1 * TWO_TO_32, s2 * TWO_TO_32, c]);
  }

  bits(): number {
    if (this.#at === WORDS) this.#fill();
    return this.#words[this.#at++]!;
  }

  next(): number {
    const high = this.bits() >>> 0;
    return high * PER_WORD + (this.bits() >>> 11) * PER_53_BITS;
  }

  #fill(): void {
    const words = this.#words;
    const state = this.#state;
    let [s0, s1, s2, carry] = [state[0]!, state[1]!, state[2]!, state[3]!];
    for (let i = 0; i < WORDS; i++) {
      const product = MULTIPLIER * s0; // less than 2⁵³
      let high = Math.floor(product * PER_WORD);
      let word = product - high * TWO_TO_32 + carry;
      if (word >= TWO_TO_32) {
        word -= TWO_TO_32;
        high++;
      }
      carry = high;
      words[i] = word;
      s0 = s1;
      s1 = s2;
      s2 = word;
    }
    state[0] = s0;
    state[1] = s1;
    state[2] = s2;
    state[3] = carry;
    this.#at = 0;
  }
}
