import type { Stream } from "@tokenyard/random";

const WORD = 32; // bits

/** Picks the experts of tokens where weights are alike: independently, but for one that comes twice, which is picked again. A word of random bits has several. */
export class AlikePicks {
  readonly #topK: number;
  readonly #experts: number;
  /** Bits of a word that choose an expert. */
  readonly #bits: number;
  /** [experts] the token that last picked it */
  readonly #pickedAt: Float64Array;
  #tokens = 0;
  #word = 0;
  #left = 0;

  constructor(experts: number, topK: number) {
    this.#topK = topK;
    this.#experts = experts;
    this.#bits = WORD - Math.clz32(experts - 1);
    this.#pickedAt = new Float64Array(experts);
  }

  /** Tokens of another source follow: no bits are left over. */
  begin(): void {
    this.#left = 0;
  }

  /** Fills `picks` from its beginning with the experts of `tokens` tokens. */
  pick(tokens: number, stream: Stream, picks: Int32Array): void {
    const topK = this.#topK;
    const experts = this.#experts;
    const pickedAt = this.#pickedAt;
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    let now = this.#tokens;
    let word = this.#word;
    let left = this.#left;
    for (let at = 0, end = topK; end <= tokens * topK; end += topK) {
      now++;
      while (at < end) {
        if (left < bits) {
          word = stream.bits();
          left = WORD;
        }
        const expert = word & mask;
        word >>= bits; // a shift that keeps the sign: no more bits are used than there are
        left -= bits;
        if (expert >= experts || pickedAt[expert] === now) continue;
        pickedAt[expert] = now;
        picks[at++] = expert;
      }
    }
    this.#tokens = now;
    this.#word = word;
    this.#left = left;
  }
}
