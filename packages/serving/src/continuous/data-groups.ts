import type { Cache as Caches, CacheUse, Occupancy } from "../cache.ts";
import type { PrefixTally } from "../prefix/prefix-tally.ts";
import type { Prefixes } from "../prefix/prefixes.ts";
import type { DataGroup, Limits } from "./data-group.ts";
import type { Sequences } from "./sequences.ts";

/** The data groups of all replicas, [replicas × data groups], and the contents of their caches. */
export class DataGroups implements Caches {
  readonly all: readonly DataGroup[];
  readonly perReplica: number;
  readonly #sequences: Sequences;
  readonly #limits: Limits;
  /** Prefix caches, where blocks are kept for others to share. */
  readonly #prefixes: Prefixes | undefined;
  readonly #occupancy: Occupancy = { running: 0, waiting: 0, heldBlocks: 0 };

  constructor(all: readonly DataGroup[], perReplica: number, sequences: Sequences, limits: Limits, prefixes: Prefixes | undefined) {
    this.all = all;
    this.perReplica = perReplica;
    this.#sequences = sequences;
    this.#limits = limits;
    this.#prefixes = prefixes;
  }

  /** Data group of `slot`. */
  of(slot: number): DataGroup {
    return this.all[this.#sequences.home[slot]!]!;
  }

  replicaOf(slot: number): number {
    return Math.floor(this.#sequences.home[slot]! / this.perReplica);
  }

  occupancy(replica: number): Occupancy {
    const occupancy = this.#occupancy;
    occupancy.running = 0;
    occupancy.waiting = 0;
    occupancy.heldBlocks = 0;
    for (let home = replica * this.perReplica; home < (replica + 1) * this.perReplica; home++) {
      const { running, waiting, pool } = this.all[home]!;
      occupancy.running += running;
      occupancy.waiting += waiting.size;
      occupancy.heldBlocks += pool.held;
    }
    return occupancy;
  }

  heldBlocks(home: number): number {
    return this.all[home]!.pool.held;
  }

  lostTokens(replica: number): number {
    let tokens = 0;
    for (let home = replica * this.perReplica; home < (replica + 1) * this.perReplica; home++) tokens += this.all[home]!.recomputedTokens;
    return tokens;
  }

  prefixOf(replica: number): PrefixTally | undefined {
    return this.#prefixes?.tally(replica * this.perReplica, (replica + 1) * this.perReplica);
  }

  use(): CacheUse {
    const { blockTokens } = this.#limits;
    let peakBlocks = 0;
    let recomputedTokens = 0;
    let broughtTokens = 0;
    for (const group of this.all) {
      peakBlocks = Math.max(peakBlocks, group.pool.peak);
      recomputedTokens += group.recomputedTokens;
      broughtTokens += group.broughtTokens;
    }
    const blocks = this.all[0]!.pool.total;
    const use = {
      blockTokens,
      blocks,
      peakBlocks,
      evictions: 0,
      soughtTokens: 0,
      hitTokens: 0,
      recomputedTokens,
      ...(broughtTokens === 0 ? {} : { broughtTokens }),
    };
    return this.#prefixes === undefined ? use : this.#prefixes.use(use);
  }
}
