import { Tally } from "../statistics/tally.ts";
import type { SummedRouting } from "./balance-columns.ts";

/** A pass through the layer of number `row`. */
export interface Observed {
  readonly row: number;
  readonly variance: number;
  readonly most: number;
}

/** So uneven passes through `layers`. */
export function summedRouting(observed: readonly Observed[], layers: number): SummedRouting {
  const loadVariance = new Tally();
  const layerVariance = new Float64Array(layers);
  const layerCount = new Float64Array(layers);
  for (const [at, { row, variance }] of observed.entries()) {
    loadVariance.put(at, variance);
    layerVariance[row]! += variance;
    layerCount[row]!++;
  }
  const maxOverMean = observed.reduce((sum, { most }) => sum + most, 0);
  return { loadVariance: loadVariance.columns(), maxOverMean, layerVariance, layerCount };
}
