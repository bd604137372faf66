import type { ExpertCacheColumns, Recording, TrafficColumns } from "@tokenyard/report";
import { HOTTEST } from "../logs/routing/traffic-log.ts";
import type { Pool } from "../pools/pool.ts";

/** Balance and moves of work, of all pools together. */
export function balanceColumns(
  pools: readonly Pool[],
): Pick<Recording, "rebalances" | "rebalancedLayers" | "expertCache" | "traffic" | "law"> {
  const rebalances = pools.flatMap(({ gate }) => gate.rebalancer?.columns() ?? []);
  const caches = pools.flatMap(({ gate }) => gate.caches?.columns() ?? []);
  const traffic = pools.map(({ recorder }) => recorder.work.traffic?.columns());
  return {
    ...(rebalances.length === 0
      ? {}
      : { rebalances: summed(rebalances), rebalancedLayers: pools.flatMap(({ gate }) => gate.rebalancer?.byLayer() ?? []) }),
    ...(caches.length === 0 ? {} : { expertCache: cacheOf(caches) }),
    ...(traffic.every((columns) => columns === undefined) ? {} : { traffic: trafficOf(pools, traffic) }),
    ...lawOf(pools),
  };
}

/** How sure the law is; of two pools, the less sure. */
function lawOf(pools: readonly Pool[]): Pick<Recording, "law"> {
  const laws = pools.flatMap(({ law }) => law?.outcome() ?? []);
  if (laws.length === 0) return {};
  const checks = laws.flatMap(({ check }) => check ?? []).sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean));
  return { law: { standardError: Math.max(...laws.map(({ standardError }) => standardError)), check: checks[0] ?? null } };
}

function cacheOf(caches: readonly ExpertCacheColumns[]): ExpertCacheColumns {
  const guessed = caches.flatMap(({ prefetch }) => prefetch ?? []);
  const looked = summed(caches.map(({ prefetch: _, ...columns }) => columns));
  return guessed.length === 0 ? looked : { ...looked, prefetch: summed(guessed) };
}

function summed<Columns extends object>(pools: readonly Columns[]): Columns {
  const keys = Object.keys(pools[0]!) as (keyof Columns)[];
  const total = (key: keyof Columns) => pools.reduce((sum, columns) => sum + (columns[key] as number), 0);
  return Object.fromEntries(keys.map((key) => [key, total(key)])) as Columns;
}

/** The nodes of a pool come behind those of the pools before it. */
function trafficOf(pools: readonly Pool[], byPool: readonly (TrafficColumns | undefined)[]): TrafficColumns {
  const count = pools.reduce((sum, { setup }) => sum + setup.plan.nodes, 0);
  const nodes = new Float64Array(count * count);
  let before = 0;
  for (const [number, { setup }] of pools.entries()) {
    const own = setup.plan.nodes;
    const columns = byPool[number];
    for (let row = 0; columns !== undefined && row < own; row++)
      nodes.set(columns.nodes.subarray(row * own, (row + 1) * own), (before + row) * count + before);
    before += own;
  }
  const known = byPool.filter((columns) => columns !== undefined);
  const total = (of: (columns: TrafficColumns) => number) => known.reduce((sum, columns) => sum + of(columns), 0);
  return {
    sameRank: total(({ sameRank }) => sameRank),
    nodes,
    hottest: known
      .flatMap(({ hottest }) => hottest)
      .sort((a, b) => Math.round(b.bytes) - Math.round(a.bytes) || a.from - b.from || a.to - b.to)
      .slice(0, HOTTEST),
    looked: total(({ looked }) => looked),
    crossed: total(({ crossed }) => crossed),
    crossedAware: total(({ crossedAware }) => crossedAware),
  };
}
