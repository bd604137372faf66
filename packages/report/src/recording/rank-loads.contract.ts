import { Histogram } from "../statistics/histogram.ts";
import type { RankLoads } from "./balance-columns.ts";

/** Rank loads with such load variances, all of the first of `layers`, the fullest rank at 1 + twice as much of the mean. */
export function rankLoads(variances: readonly number[], layers = 1): RankLoads {
  const loadVariance = new Histogram();
  let maxOverMean = 0;
  for (const variance of variances) {
    loadVariance.add(variance, 1);
    maxOverMean += 1 + 2 * variance;
  }
  const first = (sum: number) => Float64Array.from({ length: layers }, (_, row) => (row === 0 ? sum : 0));
  const sum = variances.reduce((all, variance) => all + variance, 0);
  const columns = { layerVariance: first(sum), layerMost: first(maxOverMean), layerCount: first(variances.length) };
  return { loadVariance: loadVariance.columns(), maxOverMean, ...columns };
}
