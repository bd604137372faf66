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

/** Cached tokens in layers that cache everything, and in those with a window; the same object where there is none. */
export interface Caches {
  readonly full: CachedTokens;
  readonly windowed: CachedTokens;
}
