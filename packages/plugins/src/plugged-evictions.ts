import { type CachePolicy, type Eviction, evictionOf } from "@tokenyard/model";
import type { CachedLayer, EvictingPolicy } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** Makes what evicts experts from the cache of a layer on a rank. */
export type EvictionsOver = (cache: CachedLayer) => Eviction;

/** Evictions of a plug-in, whose answers are checked: only an expert that is kept can give way. */
export function pluggedEvictions(asked: Asked, create: (cache: CachedLayer) => EvictingPolicy): EvictionsOver {
  return (cache) => {
    const own = create(cache);
    return {
      used: (expert, isThere) => answered(asked, () => own.used?.(expert, isThere)),
      entered: (expert) => answered(asked, () => own.entered?.(expert)),
      evicted(kept, expert) {
        const evicted = answered(asked, () => own.evicted([...kept], expert));
        if (evicted === undefined || kept.includes(evicted)) return evicted;
        throw new PluginFault(
          asked.plugin,
          asked.door,
          `${String(evicted)} is to give way; wanted one of ${kept.join(", ")}, or undefined`,
        );
      },
    };
  };
}

/** The eviction of ours by `policy`, as one of a plug-in is asked. */
export function builtInEviction(policy: CachePolicy, { experts }: CachedLayer): Eviction {
  return evictionOf(policy, experts) ?? { used() {}, entered() {}, evicted: () => undefined };
}
