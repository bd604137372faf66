/** Tokens of a block whose contents are known. */
export const BLOCK_TOKENS = 16;
/** Tokens for each of the two words that a block has. */
export const WORD_TOKENS = BLOCK_TOKENS / 2;

/** [2 · whole blocks] 64 bits of a hash of each block of `tokens` and of all before it: equal words are equal tokens, in any process. */
export function blockWords(tokens: Uint32Array): Int32Array {
  const words = new Int32Array(2 * Math.floor(tokens.length / BLOCK_TOKENS));
  let high = 0;
  let low = 0;
  for (let word = 0; word < words.length; word += 2) {
    const start = word * WORD_TOKENS;
    for (let at = start; at < start + BLOCK_TOKENS; at++) {
      high = mixed(high, tokens[at]!, 0x9e37_79b1);
      low = mixed(low, tokens[at]!, 0x85eb_ca6b);
    }
    words[word] = high;
    words[word + 1] = low;
  }
  return words;
}

function mixed(hash: number, token: number, factor: number): number {
  const next = Math.imul(hash ^ token, factor);
  return Math.imul(next ^ (next >>> 15), 0xc2b2_ae35) ^ (next >>> 13);
}
