/** Rule by which a rank chooses the experts of a layer that it keeps. */
export type CachePolicy = "lru" | "lfu" | "hottest";

/**
 * The experts of a layer that a rank keeps on its GPU, where it has room for some: which are there is all that it knows, nothing of time. `lru` gives up
 * the one that was used longest ago, `lfu` the one that was used least often, of those the one longest ago; `hottest` keeps those that it was given, for good.
 * Source: docs/models/routing.md#offloaded-experts.
 */
export class ExpertCache {
  hits = 0;
  misses = 0;
  readonly #policy: CachePolicy;
  readonly #room: number;
  /** [experts] number of the last use, 0: not in the cache */
  readonly #usedAt: Float64Array;
  /** [experts] uses of it, there or not */
  readonly #uses: Float64Array;
  #held = 0;
  #now = 0;

  /** A cache of `experts` experts with room for `room`; it starts with the experts of `first`, up to that room. */
  constructor(experts: number, room: number, policy: CachePolicy, first: readonly number[] = []) {
    this.#policy = policy;
    this.#room = room;
    this.#usedAt = new Float64Array(experts);
    this.#uses = new Float64Array(experts);
    for (const x of first.slice(0, room)) {
      this.#usedAt[x] = ++this.#now;
      this.#held++;
    }
  }

  has(expert: number): boolean {
    return this.#usedAt[expert]! > 0;
  }

  /** Uses `expert`, and loads it if it is not in the cache. Returns whether it was. */
  use(expert: number): boolean {
    const isThere = this.has(expert);
    this.#uses[expert]!++;
    if (isThere) this.hits++;
    else this.misses++;
    if (this.#policy === "hottest" || this.#room === 0) return isThere;
    if (!isThere && this.#held === this.#room) this.#usedAt[this.#least()] = 0;
    else if (!isThere) this.#held++;
    this.#usedAt[expert] = ++this.#now;
    return isThere;
  }

  /** `expert` is no longer this rank's. */
  lose(expert: number): void {
    if (!this.has(expert)) return;
    this.#usedAt[expert] = 0;
    this.#held--;
  }

  /** Adds an `expert` that moved to this rank, if there is room. */
  gain(expert: number): void {
    if (this.has(expert) || this.#held === this.#room) return;
    this.#usedAt[expert] = ++this.#now;
    this.#held++;
  }

  /** The one that gives way. */
  #least(): number {
    let least = -1;
    for (let x = 0; x < this.#usedAt.length; x++) {
      if (this.#usedAt[x] === 0) continue;
      if (least < 0 || this.#isLess(x, least)) least = x;
    }
    return least;
  }

  #isLess(x: number, other: number): boolean {
    if (this.#policy === "lfu" && this.#uses[x] !== this.#uses[other]) return this.#uses[x]! < this.#uses[other]!;
    return this.#usedAt[x]! < this.#usedAt[other]!;
  }
}
