import type { BalancerSpec, ServingSpec } from "@tokenyard/scenario";
import type { CacheUse } from "../cache.ts";
import type { Sequences } from "../continuous/sequences.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { ServingContext } from "../scheduler.ts";
import { Chains } from "./chains.ts";
import { HostTier } from "./host-tier.ts";
import type { KeptListener } from "./kept-listener.ts";
import { PrefixCache } from "./prefix-cache.ts";
import { PrefixMap } from "./prefix-map.ts";
import { PrefixTally } from "./prefix-tally.ts";
import { Reuse } from "./reuse.ts";
import { StateSlots } from "./state-slots.ts";

/** The prefix caches of all data groups, with what balancers may know of them. */
export class Prefixes {
  readonly chains: Chains;
  /** [replicas × data groups] */
  readonly reuses: readonly Reuse[];
  /** Blocks by replica, where their balancer uses them and there are several. */
  readonly ofReplicas: PrefixMap | undefined;
  /** [replicas] which data groups of a replica do. */
  readonly ofGroups: readonly (PrefixMap | undefined)[];
  /** [replicas × data groups] where states have slots of their own */
  readonly slots: (StateSlots | undefined)[] = [];
  readonly #tally: PrefixTally;

  constructor({ kv, balancer }: ServingSpec, context: ServingContext, sequences: Sequences, blocks: number) {
    const { replicas, dataGroups, host, states, contextRanks = 1 } = context;
    const requests = context.requests as RequestSlots;
    const rule = states?.kept;
    const blockTokens = states?.blockTokens ?? kv!.blockTokens * contextRanks;
    this.chains = new Chains(requests, blockTokens);
    const map = (asked: BalancerSpec | undefined, places: number) =>
      asked?.kind === "prefix-aware" && places > 1 ? new PrefixMap(this.chains, requests, blockTokens, rule !== undefined) : undefined;
    this.ofReplicas = map(balancer?.replicas, replicas);
    this.ofGroups = Array.from({ length: replicas }, () => map(balancer?.dataGroups, dataGroups));
    this.reuses = Array.from({ length: replicas * dataGroups }, (_, home) => {
      const tier = host === undefined ? undefined : new HostTier(host);
      const replica = Math.floor(home / dataGroups);
      const group = home - replica * dataGroups;
      const listener = joined(this.#listener(replica, group), context.keptListener?.(replica, group));
      const toHost = rule && tier && ((high: number, low: number) => tier.keep(high, low, rule.hostBlocks));
      const slots = states?.slots && new StateSlots(states.slots.count, listener, toHost);
      this.slots.push(slots);
      const cache = new PrefixCache(blocks, blockTokens, this.chains, tier, listener, rule && { rule, slots });
      return new Reuse(cache, sequences, requests, blockTokens, rule?.states);
    });
    this.#tally = new PrefixTally(host !== undefined);
  }

  /** Counts of data groups `from` … `to` − 1; the same object each time. */
  tally(from: number, to: number): PrefixTally {
    return this.#tally.count(this.reuses, from, to);
  }

  /** Adds the kept and found blocks to `use`. */
  use(use: CacheUse): CacheUse {
    const sum = (of: (reuse: Reuse) => number) => this.reuses.reduce((total, reuse) => total + of(reuse), 0);
    const { host } = this.reuses[0]!.cache;
    return {
      ...use,
      evictions: sum(({ cache }) => cache.evictions),
      soughtTokens: sum(({ soughtTokens }) => soughtTokens),
      hitTokens: sum(({ hitTokens }) => hitTokens),
      recomputedTokens: use.recomputedTokens - sum(({ regainedTokens }) => regainedTokens),
      prefix: {
        hits: sum(({ hits }) => hits),
        keptBlocks: sum(({ cache }) => cache.kept),
        ...(host === undefined
          ? {}
          : {
              host: {
                blocks: host.room,
                keptBlocks: sum(({ cache }) => cache.host!.kept),
                evictions: sum(({ cache }) => cache.host!.evictions),
                hitTokens: sum(({ loadedTokens }) => loadedTokens),
                loads: sum(({ cache }) => cache.host!.loads),
                loadNs: sum(({ cache }) => cache.host!.loadNs),
              },
            }),
      },
    };
  }

  #listener(replica: number, group: number): KeptListener | undefined {
    const overReplicas = this.ofReplicas;
    const overGroups = this.ofGroups[replica];
    if (overReplicas === undefined && overGroups === undefined) return undefined;
    return {
      gained(high, low, depth) {
        overReplicas?.gained(high, low, depth, replica);
        overGroups?.gained(high, low, depth, group);
      },
      lost(high, low) {
        overReplicas?.lost(high, low, replica);
        overGroups?.lost(high, low, group);
      },
    };
  }
}

/** Both listeners as one. */
function joined(first: KeptListener | undefined, second: KeptListener | undefined): KeptListener | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    gained(high, low, depth, slot, keys) {
      first.gained(high, low, depth, slot, keys);
      second.gained(high, low, depth, slot, keys);
    },
    lost(high, low) {
      first.lost(high, low);
      second.lost(high, low);
    },
  };
}
