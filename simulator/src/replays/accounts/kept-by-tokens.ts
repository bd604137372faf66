import type { Phase } from "@tokenyard/model";

/** Facts of passes with so many rows, and so many sequences where the host takes time for each. */
interface OfTokens {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** [data groups] where it makes a difference */
  readonly sequences?: Float64Array;
  /** Where it makes a difference. */
  phase?: Phase;
  /** How many look at it: it keeps what it tells until nobody does, though it has given its place to another. */
  holders?: number;
}

/** Numbers that are kept, at most. */
const MOST_NUMBERS = 1 << 19;
const MOST_ENTRIES = 1 << 12;
/** In all tables of a pool: many replicas have less each. */
const MOST_IN_ALL = 1 << 18;

/** Keeps facts by tokens: batches are alike again and again. Each combination of tokens has one place, which the last one holds. */
export class KeptByTokens<Facts extends OfTokens> {
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

  /** The facts of `tokens`, and of `sequences` where they make a difference [data groups]; of `phase` where that does. */
  find(tokens: Float64Array, sequences?: Float64Array, phase: Phase = 0): Facts {
    const place = this.#placeOf(tokens, sequences, phase);
    let found = this.#entries[place] ?? this.#enter(place);
    const isSame = (found.phase ?? 0) === phase && areEqual(found.tokens, tokens);
    this.known = isSame && (sequences === undefined || areEqual(found.sequences!, sequences));
    if (this.known) return found;
    this.#leaves(found);
    if (found.holders! > 0) found = this.#enter(place);
    found.phase = phase;
    found.tokens.set(tokens);
    if (sequences !== undefined) found.sequences!.set(sequences);
    return found;
  }

  /** Whether `facts`, which were found with `sequences`, have their place still. */
  keeps(facts: Facts, sequences?: Float64Array): boolean {
    return this.#entries[this.#placeOf(facts.tokens, sequences, facts.phase ?? 0)] === facts;
  }

  /** All that are kept. */
  get kept(): Facts[] {
    return this.#entries.filter((facts) => facts !== undefined);
  }

  #placeOf(tokens: Float64Array, sequences: Float64Array | undefined, phase: Phase): number {
    let hash: number = phase;
    for (let g = 0; g < tokens.length; g++) hash = Math.imul(hash ^ tokens[g]!, 0x9e3779b1);
    if (sequences !== undefined) for (let g = 0; g < sequences.length; g++) hash = Math.imul(hash ^ sequences[g]!, 0x9e3779b1);
    return this.#shift === 32 ? 0 : hash >>> this.#shift;
  }

  #enter(place: number): Facts {
    const entered = this.#create();
    this.#entries[place] = entered;
    return entered;
  }
}

function areEqual(kept: Float64Array, given: Float64Array): boolean {
  for (let g = 0; g < given.length; g++) if (kept[g] !== given[g]) return false;
  return true;
}
