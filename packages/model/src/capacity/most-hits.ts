/** Uses of a cache, in order, and the moments at which its contents changed from outside. */
export interface CacheUses {
  readonly room: number;
  /** Experts in the cache at the start. */
  readonly first: readonly number[];
  readonly experts: ArrayLike<number>;
  /** Numbers of the uses before which experts came or left otherwise than by a use. */
  readonly changedAt: readonly number[];
}

/**
 * Most of `uses` that any rule could have found in the cache, by Belady's rule: with knowledge of all later uses the expert that is needed last gives
 * way, which may be the one that comes. Where the contents changed from outside any contents are allowed, so that it stays a bound.
 */
export function mostHits({ room, first, experts, changedAt }: CacheUses): number {
  const starts = [0, ...changedAt.filter((at) => at > 0), experts.length];
  let hits = 0;
  for (let part = 0; part + 1 < starts.length; part++) {
    const [from, end] = [starts[part]!, starts[part + 1]!];
    const isFree = part > 0 || changedAt.includes(0);
    hits += hitsWithin(room, isFree ? undefined : first.slice(0, room), experts, from, end);
  }
  return hits;
}

/** Hits from use `from` to before `end`, of a cache with the contents `first`; undefined: with those that are best. */
function hitsWithin(room: number, first: readonly number[] | undefined, experts: ArrayLike<number>, from: number, end: number): number {
  const nextUse = new Map<number, number>(); // by expert, filled from behind
  const nextAfter = new Float64Array(Math.max(0, end - from)).fill(Number.POSITIVE_INFINITY);
  for (let use = end - 1; use >= from; use--) {
    const expert = experts[use]!;
    nextAfter[use - from] = nextUse.get(expert) ?? Number.POSITIVE_INFINITY;
    nextUse.set(expert, use);
  }
  const soonest = [...nextUse].sort(([, a], [, b]) => a - b).map(([expert]) => expert);
  const kept = new Map((first ?? soonest.slice(0, room)).map((expert) => [expert, nextUse.get(expert) ?? Number.POSITIVE_INFINITY]));
  let hits = 0;
  for (let use = from; use < end; use++) {
    const expert = experts[use]!;
    const next = nextAfter[use - from]!;
    if (kept.has(expert)) hits++;
    else if (kept.size >= room) {
      let [last, lastUse] = [expert, next];
      for (const [other, otherUse] of kept) if (otherUse > lastUse) [last, lastUse] = [other, otherUse];
      if (last === expert) continue;
      kept.delete(last);
    }
    kept.set(expert, next);
  }
  return hits;
}
