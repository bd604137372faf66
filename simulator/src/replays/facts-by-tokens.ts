/** Facts of passes with so many new tokens. */
interface OfTokens {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
}

/** Numbers that are kept, at most. */
const MOST_NUMBERS = 1 << 19;
const MOST_ENTRIES = 1 << 12;
/** In all tables of a pool: many replicas have less each. */
const MOST_IN_ALL = 1 << 18;

/** Keeps facts by tokens: batches are alike again and again. Each combination of tokens has one place, which the last one holds. */
export class FactsByTokens<Facts extends OfTokens> {
  /** Whether the one that was found last tells of its tokens already; else it is to be filled. */
  known = false;
  readonly #entries: (Facts | undefined)[];
  readonly #shift: number;
  readonly #create: () => Facts;
  readonly #leaves: (facts: Facts) => void;

  /** One of `tables` tables, `numbers` in an entry. `leaves` is told of each that gives its place to another. */
  constructor(tables: number, numbers: number, create: () => Facts, leaves: (facts: Facts) => void = () => {}) {
    const most = Math.min(MOST_ENTRIES, MOST_IN_ALL / tables, MOST_NUMBERS / numbers);
    let bits = 0;
    while (2 << bits <= most) bits++;
    this.#entries = new Array<Facts | undefined>(1 << bits).fill(undefined);
    this.#shift = 32 - bits;
    this.#create = create;
    this.#leaves = leaves;
  }

  /** The facts of `tokens` [data groups]. */
  find(tokens: Float64Array): Facts {
    let hash = 0;
    for (let g = 0; g < tokens.length; g++) hash = Math.imul(hash ^ tokens[g]!, 0x9e3779b1);
    const place = this.#shift === 32 ? 0 : hash >>> this.#shift;
    const found = this.#entries[place] ?? this.#enter(place);
    this.known = isOf(found, tokens);
    if (this.known) return found;
    this.#leaves(found);
    found.tokens.set(tokens);
    return found;
  }

  /** All that are kept. */
  get kept(): Facts[] {
    return this.#entries.filter((facts) => facts !== undefined);
  }

  #enter(place: number): Facts {
    const entered = this.#create();
    this.#entries[place] = entered;
    return entered;
  }
}

function isOf(facts: OfTokens, tokens: Float64Array): boolean {
  for (let g = 0; g < tokens.length; g++) if (facts.tokens[g] !== tokens[g]) return false;
  return true;
}
