/** Tokens that each data group caches, counted as they come and go, and the most that there ever were. */
export class CachedTokens {
  /** [replicas × dataGroups] */
  readonly most: Float64Array;
  readonly #now: Float64Array;

  constructor(homes: number) {
    this.most = new Float64Array(homes);
    this.#now = new Float64Array(homes);
  }

  /** Adds `tokens` to data group `home`; removes them when negative. */
  add(home: number, tokens: number): void {
    const now = this.#now[home]! + tokens;
    this.#now[home] = now;
    if (now > this.most[home]!) this.most[home] = now;
  }
}

/** Tokens of those that left each data group, in whole checkpoints. */
export class CopiedTokens {
  readonly #every: number;
  /** [replicas × dataGroups] */
  readonly tokens: Float64Array;

  /** A checkpoint has `every` tokens; Infinity: there are none. */
  constructor(homes: number, every: number) {
    this.#every = every;
    this.tokens = new Float64Array(homes);
  }

  /** A sequence with `tokens` cached tokens leaves data group `home`. */
  leave(home: number, tokens: number): void {
    this.tokens[home]! += tokens - (tokens % this.#every);
  }
}

/** Cached tokens in layers with full attention, and in layers with a window; the same object if no layer has a window. */
export interface Caches {
  readonly full: CachedTokens;
  readonly windowed: CachedTokens;
  readonly copied: CopiedTokens;
}
