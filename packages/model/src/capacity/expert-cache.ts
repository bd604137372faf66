import type { Eviction } from "./eviction.ts";

/**
 * The experts of a layer that a rank keeps on its GPU, where it has room for some: which are there is all that it knows, nothing of time. Its eviction
 * chooses the one that gives way; without one it keeps those that it was given, for good. Source: docs/models/routing.md#offloaded-experts.
 */
export class ExpertCache {
  hits = 0;
  misses = 0;
  readonly #eviction: Eviction | undefined;
  readonly #room: number;
  /** [experts] whether it is in the cache */
  readonly #isThere: Uint8Array;
  /** Experts in the cache; one that comes in the place of another has its index. */
  readonly #kept: number[] = [];

  /** A cache of `experts` experts with room for `room`; it starts with the experts of `first`, up to that room. */
  constructor(experts: number, room: number, eviction: Eviction | undefined, first: readonly number[] = []) {
    this.#eviction = eviction;
    this.#room = room;
    this.#isThere = new Uint8Array(experts);
    for (const x of first.slice(0, room)) this.#enter(x, this.#kept.length);
  }

  has(expert: number): boolean {
    return this.#isThere[expert] === 1;
  }

  /** Uses `expert`, and loads it if it is not in the cache. Returns whether it was. */
  use(expert: number): boolean {
    const isThere = this.has(expert);
    if (isThere) this.hits++;
    else this.misses++;
    const eviction = this.#eviction;
    if (eviction === undefined) return isThere;
    eviction.used(expert, isThere);
    if (!isThere && this.#room > 0) this.#keep(expert, eviction);
    return isThere;
  }

  /** `expert` is no longer this rank's. */
  lose(expert: number): void {
    if (!this.has(expert)) return;
    this.#isThere[expert] = 0;
    this.#kept.splice(this.#kept.indexOf(expert), 1);
  }

  /** Adds an `expert` that moved to this rank, if there is room. */
  gain(expert: number): void {
    if (!this.has(expert) && this.#kept.length < this.#room) this.#enter(expert, this.#kept.length);
  }

  /** Keeps `expert`, in the place of another where there is no room. */
  #keep(expert: number, eviction: Eviction): void {
    if (this.#kept.length < this.#room) this.#enter(expert, this.#kept.length);
    else {
      const evicted = eviction.evicted(this.#kept, expert);
      if (evicted === undefined) return;
      this.#isThere[evicted] = 0;
      this.#enter(expert, this.#kept.indexOf(evicted));
    }
  }

  #enter(expert: number, at: number): void {
    this.#kept[at] = expert;
    this.#isThere[expert] = 1;
    this.#eviction?.entered(expert);
  }
}
