import type { Phase } from "@tokenyard/model";

/** Facts of passes with a number of rows, and of sequences and prompts where the host takes time for each. */
interface OfTokens {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** [counts of the host's time] */
  readonly hosted?: Float64Array;
  /** Phase, if it matters. */
  phase?: Phase;
  /** Number of users: it keeps its content until there are none, even after another replaced it. */
  holders?: number;
}

/** Numbers that are kept, at most: in a table, and in all tables of a pool, but for some that each may have. */
const MOST_NUMBERS = 1 << 21;
const LEAST_NUMBERS = 1 << 19;
const MOST_ENTRIES = 1 << 12;
/** Most entries in all tables of a pool: with many replicas each has fewer. */
const MOST_IN_ALL = 1 << 18;
/** Bits of a page: places of a table that are made together, on first use. */
const PAGE_BITS = 5;
const OF_A_PAGE = 1 << PAGE_BITS;

/**
 * Caches facts by tokens, as batches often repeat. Each combination of tokens has one of two places, which are shared; if both are in use
 * by others, it replaces the first.
 */
export class KeptByTokens<Facts extends OfTokens> {
  /** Whether the one that was found last has its tokens already; else it is to be filled. */
  known = false;
  /** [pages][entries of each] undefined where none has been entered */
  readonly #pages: ((Facts | undefined)[] | undefined)[];
  readonly #shift: number;
  readonly #create: () => Facts;
  readonly #leaves: (facts: Facts) => void;

  /** One of `tables` tables, `numbers` in an entry. `leaves` gets each that gives its place to another. */
  constructor(tables: number, numbers: number, create: () => Facts, leaves: (facts: Facts) => void = () => {}) {
    const most = Math.min(MOST_ENTRIES, MOST_IN_ALL / tables, Math.max(LEAST_NUMBERS, MOST_NUMBERS / tables) / numbers);
    let bits = 0;
    while (2 << bits <= most) bits++;
    this.#pages = new Array((((1 << bits) - 1) >> PAGE_BITS) + 1).fill(undefined);
    this.#shift = 32 - bits;
    this.#create = create;
    this.#leaves = leaves;
  }

  /** Facts of `tokens`, and of the `hosted` counts and the `phase` if they matter. */
  find(tokens: Float64Array, hosted?: Float64Array, phase: Phase = 0): Facts {
    const first = this.#placeOf(tokens, hosted, phase);
    const there = this.#pages[first >> PAGE_BITS]?.[first & (OF_A_PAGE - 1)];
    this.known = there !== undefined && isOf(there, tokens, hosted, phase);
    if (this.known) return there!;
    const other = this.#at(first ^ 1);
    this.known = other !== undefined && isOf(other, tokens, hosted, phase);
    if (this.known) return other!;
    const place = there !== undefined && other === undefined ? first ^ 1 : first;
    let found = this.#at(place) ?? this.#enter(place);
    this.#leaves(found);
    if (found.holders! > 0) found = this.#enter(place);
    found.phase = phase;
    found.tokens.set(tokens);
    if (hosted !== undefined) found.hosted!.set(hosted);
    return found;
  }

  /** Whether `facts`, which were found with `hosted`, have their place still. */
  keeps(facts: Facts, hosted?: Float64Array): boolean {
    const place = this.#placeOf(facts.tokens, hosted, facts.phase ?? 0);
    return this.#at(place) === facts || this.#at(place ^ 1) === facts;
  }

  /** All cached facts. */
  get kept(): Facts[] {
    return this.#pages.flatMap((page) => page?.filter((facts) => facts !== undefined) ?? []);
  }

  #placeOf(tokens: Float64Array, hosted: Float64Array | undefined, phase: Phase): number {
    let hash: number = phase;
    for (let g = 0; g < tokens.length; g++) hash = Math.imul(hash ^ tokens[g]!, 0x9e3779b1);
    if (hosted !== undefined) for (let g = 0; g < hosted.length; g++) hash = Math.imul(hash ^ hosted[g]!, 0x9e3779b1);
    return this.#shift === 32 ? 0 : hash >>> this.#shift;
  }

  #at(place: number): Facts | undefined {
    return this.#pages[place >> PAGE_BITS]?.[place & (OF_A_PAGE - 1)];
  }

  #enter(place: number): Facts {
    const entered = this.#create();
    const page = this.#pages[place >> PAGE_BITS] ?? new Array<Facts | undefined>(OF_A_PAGE).fill(undefined);
    this.#pages[place >> PAGE_BITS] = page;
    page[place & (OF_A_PAGE - 1)] = entered;
    return entered;
  }
}

function isOf(facts: OfTokens, tokens: Float64Array, hosted: Float64Array | undefined, phase: Phase): boolean {
  if ((facts.phase ?? 0) !== phase) return false;
  const kept = facts.tokens;
  for (let g = 0; g < tokens.length; g++) if (kept[g] !== tokens[g]) return false;
  return hosted === undefined || areEqual(facts.hosted!, hosted);
}

function areEqual(kept: Float64Array, given: Float64Array): boolean {
  for (let g = 0; g < given.length; g++) if (kept[g] !== given[g]) return false;
  return true;
}
