import type { ExpertCacheColumns, PhaseRouting, RebalanceColumns } from "../recording/balance-columns.ts";
import { PHASES, type Recording } from "../recording/recording.ts";
import type { BalanceReport, RankUnevenness } from "../schema/balance-schema.ts";
import { ratio } from "../statistics/ratio.ts";
import { statsOf } from "../statistics/stats.ts";
import type { TallyColumns } from "../statistics/tally-columns.ts";
import { phaseExperts } from "./experts.ts";
import { trafficOf } from "./traffic.ts";

/** Balance of experts and ranks, and the result of moving experts; with the copies of each expert in each layer if `perExpert`. */
export function balanceOf(recording: Recording, perExpert?: boolean): BalanceReport {
  const { routing, rebalances, windows, expertCache, traffic, law } = recording;
  const [prefill, decode] = routing;
  const spread = windows && spreadOf(windows.expert, windows.isByLaw);
  return {
    expert: { prefill: phaseExperts(prefill, perExpert), decode: phaseExperts(decode, perExpert) },
    rank: { prefill: rankOf(recording, 0), decode: rankOf(recording, 1) },
    ...(spread == null
      ? {}
      : {
          windows: {
            microBatches: windows!.microBatches,
            count: windows!.expert.count,
            expert: spread,
            rank: spreadOf(windows!.rank, windows!.isByLaw),
          },
        }),
    ...(rebalances === undefined ? {} : { rebalances: rebalancesOf(rebalances) }),
    ...(expertCache === undefined ? {} : { cache: cacheOf(expertCache) }),
    ...(traffic === undefined ? {} : { traffic: trafficOf(traffic) }),
    ...(law === undefined ? {} : { law }),
  };
}

function rankOf({ routing, slowestNs }: Recording, phase: 0 | 1): RankUnevenness {
  const { ranks, layers, isByLaw } = routing[phase];
  const variance = statsOf(ranks.loadVariance);
  if (variance === null) return null;
  return {
    loadVariance: { mean: variance.mean, p99: variance.p99, max: isByLaw ? null : variance.max },
    maxOverMean: ratio(ranks.maxOverMean, ranks.loadVariance.count) ?? 0,
    slowest: slowestOf(slowestNs, phase),
    perLayer: layersOf(layers, ranks),
  };
}

function layersOf(layers: Int32Array, { layerVariance, layerMost, layerCount }: PhaseRouting["ranks"]) {
  return Array.from(layers, (layer, row) => ({
    layer,
    loadVariance: ratio(layerVariance[row]!, layerCount[row]!),
    maxOverMean: ratio(layerMost[row]!, layerCount[row]!),
  }));
}

/** Sums of fractions differ in their last digits with the order they are added in. */
const SURELY_MORE = 1 + 1e-9;

/** The rank that caused the largest loss (the first of equals), and the loss by all ranks. */
function slowestOf(slowestNs: Float64Array, phase: number): NonNullable<RankUnevenness>["slowest"] {
  let all = 0;
  let most = phase;
  for (let at = phase; at < slowestNs.length; at += PHASES.length) {
    all += slowestNs[at]!;
    if (slowestNs[at]! > slowestNs[most]! * SURELY_MORE) most = at;
  }
  return all === 0 ? null : { lostSeconds: all / 1e9, slowestRank: (most - phase) / PHASES.length, slowestShare: slowestNs[most]! / all };
}

function cacheOf({ hits, misses, loads, bytes, onHost, waitNs, prefetch }: ExpertCacheColumns): BalanceReport["cache"] {
  const cache = { hits, misses, hitShare: ratio(hits, hits + misses), loads, bytes, onHost, waitSeconds: waitNs / 1e9 };
  return prefetch === undefined ? cache : { ...cache, prefetch: { ...prefetch } };
}

function spreadOf(tally: TallyColumns, isByLaw?: true) {
  const stats = statsOf(tally);
  return stats === null ? null : { mean: stats.mean, max: isByLaw ? null : stats.max };
}

function rebalancesOf(columns: RebalanceColumns): BalanceReport["rebalances"] {
  const { windows, rebalances, moves, bytes, moveNs, stillNs, reachedNs, bestNs, still, reached, best } = columns;
  const netNs = stillNs - reachedNs - moveNs;
  return {
    windows,
    rebalances,
    moves,
    bytes,
    seconds: {
      still: stillNs / 1e9,
      reached: reachedNs / 1e9,
      best: bestNs / 1e9,
      moves: moveNs / 1e9,
      gained: Math.max(0, netNs) / 1e9,
      lost: Math.max(0, -netNs) / 1e9,
    },
    maxOverMean: { still: ratio(still, windows), reached: ratio(reached, windows), best: ratio(best, windows) },
  };
}
