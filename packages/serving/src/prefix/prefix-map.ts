import type { RequestSlots } from "../requests/request-slots.ts";
import type { Chains } from "./chains.ts";
import { pointKey } from "./resume-points.ts";

const NOWHERE: readonly number[] = [];

/**
 * Which of several places keep the beginning of a request, without asking them: each reports when a block comes and goes. It records the
 * first 15 depths and eight of each octave after them, so that long prompts do not fill it: depths are exact to an eighth. Resume points,
 * which are few, are all recorded.
 */
export class PrefixMap {
  readonly #chains: Chains;
  readonly #requests: RequestSlots;
  readonly #blockTokens: number;
  /** The places that keep a block, by its key; a place as often as it keeps it. */
  readonly #places = new Map<number, number[]>();

  /** Whether places report points to resume at, and not of blocks. */
  readonly #ofPoints: boolean;

  constructor(chains: Chains, requests: RequestSlots, blockTokens: number, ofPoints = false) {
    this.#ofPoints = ofPoints;
    this.#chains = chains;
    this.#requests = requests;
    this.#blockTokens = blockTokens;
  }

  /** `place` keeps the block of that key from now on, at that place of its text, from 1. */
  gained(high: number, low: number, depth: number, place: number): void {
    if (!this.#ofPoints && noted(depth) !== depth) return;
    const key = joined(high, low);
    const there = this.#places.get(key);
    if (there === undefined) this.#places.set(key, [place]);
    else there.push(place);
  }

  lost(high: number, low: number, place: number): void {
    const key = joined(high, low);
    const there = this.#places.get(key);
    if (there === undefined) return;
    const at = there.indexOf(place);
    if (at < 0) return; // of another block whose key is cut to the same number
    there[at] = there[there.length - 1]!;
    there.pop();
    if (there.length === 0) this.#places.delete(key);
  }

  /** Prompt and output tokens of the request in `slot`. */
  tokens(slot: number): number {
    return this.#requests.promptTokens[slot]! + this.#requests.outputTokens[slot]!;
  }

  /** The places that keep most of the prompt in `slot`; none where no place has its first block. Not to be kept. */
  deepest(slot: number): readonly number[] {
    const keys = this.#chains.of(slot);
    const most = Math.floor((this.#requests.promptTokens[slot]! - 1) / this.#blockTokens);
    if (this.#ofPoints) return this.#deepestPoint(keys, most);
    if (most === 0 || !this.#places.has(joined(keys[0]!, keys[1]!))) return NOWHERE;
    for (let depth = noted(most); ; depth = noted(depth - 1)) {
      const there = this.#places.get(joined(keys[2 * depth - 2]!, keys[2 * depth - 1]!));
      if (there !== undefined) return there;
    }
  }

  #deepestPoint(keys: Int32Array, most: number): readonly number[] {
    for (let depth = most; depth > 0; depth--) {
      const there = this.#places.get(joined(...pointKey(keys, depth)));
      if (there !== undefined) return there;
    }
    return NOWHERE;
  }
}

/** The last depth up to `depth` that is noted: with four leading bits, and no others. */
function noted(depth: number): number {
  const bits = 32 - Math.clz32(depth);
  return bits <= 4 ? depth : (depth >> (bits - 4)) << (bits - 4);
}

/** 53 bits of a key's 64: exact in a number. */
function joined(high: number, low: number): number {
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0);
}
