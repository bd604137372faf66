import { createOpFacts, type OpFacts } from "./op-facts.ts";

/** What follows from how many new tokens each data group has, where nothing is drawn. */
export interface TokenFacts {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** [ops] */
  readonly ops: readonly OpFacts[];
  /** Copies routed to each expert of a layer [experts], and those over capacity. */
  readonly routed: Float64Array;
  dropped: number;
}

/** Numbers that are kept, at most. */
const MOST_NUMBERS = 1 << 19;
const MOST_ENTRIES = 1 << 12;

/** Keeps facts by tokens: batches are alike again and again. Each combination of tokens has one place, which the last one holds. */
export class FactsByTokens {
  /** Whether the one that was found last tells of its tokens already; else it is to be filled. */
  known = false;
  readonly #entries: (TokenFacts | undefined)[];
  readonly #shift: number;
  readonly #create: () => TokenFacts;

  constructor(dataGroups: number, ranks: number, ops: number, experts: number) {
    const numbers = dataGroups + ops * (ranks + 4) + experts + 1;
    let bits = 0;
    while (2 << bits <= MOST_ENTRIES && numbers * (2 << bits) <= MOST_NUMBERS) bits++;
    this.#entries = Array.from({ length: 1 << bits }, () => undefined);
    this.#shift = 32 - bits;
    this.#create = () => ({
      tokens: new Float64Array(dataGroups).fill(-1),
      ops: Array.from({ length: ops }, () => createOpFacts(ranks)),
      routed: new Float64Array(experts),
      dropped: 0,
    });
  }

  /** The facts of `tokens` [data groups]. */
  find(tokens: Float64Array): TokenFacts {
    let hash = 0;
    for (let g = 0; g < tokens.length; g++) hash = Math.imul(hash ^ tokens[g]!, 0x9e3779b1);
    const place = this.#shift === 32 ? 0 : hash >>> this.#shift;
    let found = this.#entries[place];
    if (found === undefined) {
      found = this.#create();
      this.#entries[place] = found;
    }
    this.known = true;
    for (let g = 0; g < tokens.length; g++) {
      if (found.tokens[g] === tokens[g]) continue;
      found.tokens[g] = tokens[g]!;
      this.known = false;
    }
    return found;
  }
}
