import type { Stream } from "@tokenyard/random";
import type { VisitMasks } from "./visit-masks.ts";

const WORD = 32; // bits
const MOST_TOKENS = 1 << 30;

/** Counts the experts of tokens as they are picked, if all weights are equal and no lists are needed: a word of random bits serves several tokens. */
export class AlikeCounts {
  readonly #topK: number;
  readonly #experts: number;
  /** Bits of a word that choose an expert. */
  readonly #bits: number;
  /** [words of `#bits`] number of the last token that chose an expert, and the number of tokens so far */
  readonly #chosenAt: Int32Array;
  /** [experts] */
  readonly #noBits: Int32Array;
  #chosen = 0;

  constructor(experts: number, topK: number) {
    this.#topK = topK;
    this.#experts = experts;
    this.#bits = WORD - Math.clz32(experts - 1);
    this.#chosenAt = new Int32Array(1 << this.#bits);
    this.#noBits = new Int32Array(experts);
  }

  /** Adds to `counts` [experts], and to `masks` where each token goes: `rankBits` [experts], 0 if not requested. */
  count(tokens: number, stream: Stream, counts: Int32Array, rankBits = this.#noBits, masks?: VisitMasks): void {
    const topK = this.#topK;
    const experts = this.#experts;
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    const chosenAt = this.#chosenBefore(tokens);
    let now = this.#chosen;
    let word = 0;
    let left = 0;
    for (let token = 0; token < tokens; token++) {
      now++;
      let been = 0;
      let taken = 0;
      while (taken < topK) {
        if (left < bits) {
          word = stream.bits();
          left = WORD;
        }
        const expert = word & mask;
        word >>= bits; // a shift that keeps the sign: no more bits are used than there are
        left -= bits;
        if (chosenAt[expert] === now || expert >= experts) continue;
        chosenAt[expert] = now;
        taken++;
        counts[expert]!++;
        been |= rankBits[expert]!;
      }
      if (masks !== undefined) masks.add(been);
    }
    this.#chosen = now;
  }

  /** Last tokens of each expert, cleared before numbers would exceed MOST_TOKENS. */
  #chosenBefore(tokens: number): Int32Array {
    if (this.#chosen + tokens > MOST_TOKENS) {
      this.#chosenAt.fill(0);
      this.#chosen = 0;
    }
    return this.#chosenAt;
  }
}
