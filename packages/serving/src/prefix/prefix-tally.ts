import type { Reuse } from "./reuse.ts";

/** Counts of the blocks that the data groups of a replica keep for others, up to now. */
export class PrefixTally {
  /** Prompt tokens that were looked for, and found; those of them that came from the host. */
  soughtTokens = 0;
  hitTokens = 0;
  hostHitTokens = 0;
  /** Tokens that preemptions took, and that were found again. */
  regainedTokens = 0;
  /** Requests that found anything. */
  hits = 0;
  /** Blocks that are kept, and those that gave way. */
  keptBlocks = 0;
  evictions = 0;
  /** Whether evicted blocks go to the host, with its contents. */
  readonly hasHost: boolean;
  hostBlocks = 0;
  hostEvictions = 0;
  hostLoads = 0;
  hostLoadNs = 0;

  constructor(hasHost: boolean) {
    this.hasHost = hasHost;
  }

  /** Counts data groups `from` … `to` − 1 of `reuses`. */
  count(reuses: readonly Reuse[], from: number, to: number): this {
    this.soughtTokens = 0;
    this.hitTokens = 0;
    this.hostHitTokens = 0;
    this.regainedTokens = 0;
    this.hits = 0;
    this.keptBlocks = 0;
    this.evictions = 0;
    this.hostBlocks = 0;
    this.hostEvictions = 0;
    this.hostLoads = 0;
    this.hostLoadNs = 0;
    for (let home = from; home < to; home++) this.#add(reuses[home]!);
    return this;
  }

  #add({ soughtTokens, hitTokens, loadedTokens, regainedTokens, hits, cache }: Reuse): void {
    this.soughtTokens += soughtTokens;
    this.hitTokens += hitTokens;
    this.hostHitTokens += loadedTokens;
    this.regainedTokens += regainedTokens;
    this.hits += hits;
    this.keptBlocks += cache.kept;
    this.evictions += cache.evictions;
    const { host } = cache;
    if (host === undefined) return;
    this.hostBlocks += host.kept;
    this.hostEvictions += host.evictions;
    this.hostLoads += host.loads;
    this.hostLoadNs += host.loadNs;
  }
}
