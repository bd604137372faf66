import type { CacheUse, HostUse } from "@tokenyard/serving";

/** Kept and found blocks of all pools: prompts are searched in the pool that computes them, and after a preemption in the other too. */
export function foundIn(uses: readonly CacheUse[]): Pick<CacheUse, "evictions" | "soughtTokens" | "hitTokens" | "prefix"> {
  const hosts = uses.flatMap(({ prefix }) => prefix?.host ?? []);
  const ofHosts = (of: (host: HostUse) => number) => sum(hosts, of);
  return {
    evictions: sum(uses, ({ evictions }) => evictions),
    soughtTokens: sum(uses, ({ soughtTokens }) => soughtTokens),
    hitTokens: sum(uses, ({ hitTokens }) => hitTokens),
    prefix: {
      hits: sum(uses, ({ prefix }) => prefix!.hits),
      keptBlocks: sum(uses, ({ prefix }) => prefix!.keptBlocks),
      ...(hosts.length === 0
        ? {}
        : {
            host: {
              blocks: hosts[0]!.blocks,
              keptBlocks: ofHosts(({ keptBlocks }) => keptBlocks),
              evictions: ofHosts(({ evictions }) => evictions),
              hitTokens: ofHosts(({ hitTokens }) => hitTokens),
              loads: ofHosts(({ loads }) => loads),
              loadNs: ofHosts(({ loadNs }) => loadNs),
            },
          }),
    },
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
