import type { BalanceReport } from "./experts-schema.ts";
import { ratio } from "./ratio.ts";
import type { RebalanceColumns, Recording } from "./recording.ts";
import { statsOf } from "./stats.ts";

/** How evenly the experts' ranks were loaded, by phase. */
export function balanceOf({ routing, rebalances }: Recording): BalanceReport {
  const [prefill, decode] = routing.map(({ ranks: { loadVariance, maxOverMean } }) => {
    const variance = statsOf(loadVariance);
    if (variance === null) return null;
    return {
      loadVariance: { mean: variance.mean, p99: variance.p99, max: variance.max },
      maxOverMean: ratio(maxOverMean, loadVariance.count) ?? 0,
    };
  });
  return {
    rank: { prefill: prefill ?? null, decode: decode ?? null },
    ...(rebalances === undefined ? {} : { rebalances: rebalancesOf(rebalances) }),
  };
}

function rebalancesOf({ windows, rebalances, moves, bytes, moveNs, still, reached, best }: RebalanceColumns): BalanceReport["rebalances"] {
  return {
    windows,
    rebalances,
    moves,
    bytes,
    seconds: moveNs / 1e9,
    maxOverMean: { still: ratio(still, windows), reached: ratio(reached, windows), best: ratio(best, windows) },
  };
}
