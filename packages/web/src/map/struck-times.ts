import type { ClusterMap } from "./cluster-map.ts";

/** [ranks] rising instants at which a rank is struck and serves again, in turn; stretches that meet are one */
export type StruckTimes = ReadonlyMap<number, Float64Array>;

const known = new WeakMap<ClusterMap, StruckTimes>();

/** Stretches of `map` in which its ranks are struck, put in order once. */
export function struckTimes(map: ClusterMap): StruckTimes {
  const found = known.get(map) ?? timesOf(map);
  known.set(map, found);
  return found;
}

function timesOf({ struck }: ClusterMap): StruckTimes {
  const stretches = new Map<number, (readonly [number, number])[]>();
  for (const { ranks, fromNs, toNs } of struck)
    for (const rank of toNs > fromNs ? ranks : []) {
      const own = stretches.get(rank);
      if (own === undefined) stretches.set(rank, [[fromNs, toNs]]);
      else own.push([fromNs, toNs]);
    }
  return new Map(Array.from(stretches, ([rank, own]) => [rank, merged(own)]));
}

function merged(stretches: readonly (readonly [number, number])[]): Float64Array {
  const times: number[] = [];
  for (const [fromNs, toNs] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const lastNs = times.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (fromNs > lastNs) times.push(fromNs, toNs);
    else times[times.length - 1] = Math.max(lastNs, toNs);
  }
  return Float64Array.from(times);
}

/** Whether one of `rank` is struck after it began and no later than it ends, at `ns`: a binary search. */
export function isStruck(times: StruckTimes, rank: number, ns: number): boolean {
  const own = times.get(rank);
  if (own === undefined) return false;
  let [low, high] = [0, own.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (own[middle]! < ns) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}
