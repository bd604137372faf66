/** Known identity of a request's tokens. */
export interface Text {
  /** Ids of its leading pieces of `idTokens` tokens each: equal ids in equal places are equal tokens. Undefined: nothing is known. */
  readonly ids: Int32Array | undefined;
  readonly idTokens: number;
  /** A number that no other request has, for tokens of unknown identity, so that no request shares them. */
  readonly own: number;
}

const GOES_ON = -1; // no id begins in this block
const OWN = -2;

/**
 * Keys of the first `blocks` whole blocks of a text, [2 · blocks]: two words of 32 bits each. A key continues the one before it, so that it
 * identifies all tokens up to the end of its block; it includes the ids that begin in the block. Blocks beyond the ids are the request's
 * own. The probability that two of n different blocks have one key is n²/2⁶⁵.
 */
export function chainOf({ ids, idTokens, own }: Text, blocks: number, blockTokens: number): Int32Array {
  const keys = new Int32Array(2 * blocks);
  const known = ids === undefined ? 0 : Math.min(blocks, Math.floor((ids.length * idTokens) / blockTokens));
  const key = new Key();
  let id = 0;
  for (let block = 0; block < blocks; block++) {
    const end = (block + 1) * blockTokens;
    if (block >= known) {
      key.mix(OWN);
      key.mix(own);
    } else if (id * idTokens >= end) key.mix(GOES_ON);
    else while (id * idTokens < end) key.mix(ids![id++]!);
    keys[2 * block] = key.high;
    keys[2 * block + 1] = key.low;
  }
  return keys;
}

/** A hash of words in order, in the manner of MurmurHash3 for 64 bits in two halves. */
class Key {
  high = 0x2545f491;
  low = 0x4f6cdd1d;

  mix(word: number): void {
    const high = this.high ^ scrambled(word, 0xcc9e2d51, 15, 0x1b873593);
    const low = this.low ^ scrambled(word, 0x239b961b, 16, 0xab0e9789);
    this.high = (Math.imul(rotated(high, 19) + this.low, 5) + 0x561ccd1b) | 0;
    this.low = (Math.imul(rotated(low, 17) + this.high, 5) + 0x0bcaa747) | 0;
  }
}

function scrambled(word: number, before: number, bits: number, after: number): number {
  return Math.imul(rotated(Math.imul(word, before), bits), after);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
