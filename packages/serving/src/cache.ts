import type { PrefixTally } from "./prefix/prefix-tally.ts";

/** The paged caches of the data groups, and their holders. */
export interface Cache {
  /** Content of `replica` now; the same object each time. */
  occupancy(replica: number): Occupancy;
  /** Blocks that sequences of data group `home` hold. */
  heldBlocks(home: number): number;
  /** Tokens that were cached in `replica` and lost in preemptions, found again or not. */
  lostTokens(replica: number): number;
  /** What became of the kept blocks of `replica` up to now, where blocks are kept for later requests; the same object each time. */
  prefixOf(replica: number): PrefixTally | undefined;
  /** Counts of the caches of all data groups up to now. */
  use(): CacheUse;
}

/** Requests and blocks in a replica. */
export interface Occupancy {
  running: number;
  waiting: number;
  /** Blocks of the cache that sequences hold; those kept for others to share do not count. */
  heldBlocks: number;
}

/** Paged caches, one in each data group. */
export interface CacheUse {
  readonly blockTokens: number;
  /** Blocks of each data group. */
  readonly blocks: number;
  /** Most that sequences of one data group have held. */
  readonly peakBlocks: number;
  /** Blocks kept for others to share that gave way. */
  readonly evictions: number;
  /** Prompt tokens that were looked for among those, and found. */
  readonly soughtTokens: number;
  readonly hitTokens: number;
  /** Tokens that were cached and lost in preemptions. */
  readonly recomputedTokens: number;
  /** Prompt tokens that were cached when their requests came; only where any were. */
  readonly broughtTokens?: number;
  /** Use of kept blocks, where blocks are kept for later requests. */
  readonly prefix?: PrefixUse;
}

/** Counts of the blocks that data groups keep for others, all groups together. */
export interface PrefixUse {
  /** Requests that found anything. */
  readonly hits: number;
  /** Blocks that are kept, held or not. */
  readonly keptBlocks: number;
  /** Use of the host tier, where evicted blocks go to the host. */
  readonly host?: HostUse;
}

export interface HostUse {
  /** Blocks of each data group. */
  readonly blocks: number;
  readonly keptBlocks: number;
  readonly evictions: number;
  /** Prompt tokens that came from the host, and are among those found. */
  readonly hitTokens: number;
  readonly loads: number;
  /** Sum of the durations of loads. */
  readonly loadNs: number;
}
