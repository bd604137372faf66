import type { Streams } from "@tokenyard/random";

const TWO_TO_32 = 4_294_967_296;

/**
 * Random number of a request at each place of its output, in (0, 1): a hash of its number and the place, salted by a stream of its own. It
 * does not depend on the time, so that a request that is preempted, moved or retried keeps its luck. Source:
 * docs/models/scheduling.md#speculative-decoding.
 */
export class Luck {
  readonly #first: number;
  readonly #second: number;

  constructor(streams: Streams) {
    const stream = streams.fresh("speculation/acceptance");
    this.#first = stream.bits();
    this.#second = stream.bits();
  }

  /** Luck of request number `request` after `out` output tokens. */
  at(request: number, out: number): number {
    const high = mixed(Math.imul(request | 0, 0x9e3779b1) ^ this.#first);
    const word = mixed((high + Math.imul(out, 0x85ebca6b)) ^ this.#second);
    return ((word >>> 0) + 0.5) / TWO_TO_32;
  }
}

/** The finaliser of MurmurHash3: each bit of the word changes half of the others. */
function mixed(word: number): number {
  let mix = word ^ (word >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}
