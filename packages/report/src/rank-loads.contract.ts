import { Histogram } from "./histogram.ts";
import type { RankLoads } from "./recording.ts";

/** Rank loads with such load variances, the fullest rank at 1 + twice as much of the mean. */
export function rankLoads(variances: readonly number[]): RankLoads {
  const loadVariance = new Histogram();
  let maxOverMean = 0;
  for (const variance of variances) {
    loadVariance.add(variance, 1);
    maxOverMean += 1 + 2 * variance;
  }
  return { loadVariance: loadVariance.columns(), maxOverMean };
}
