import { ratio } from "./ratio.ts";
import type { PhaseRouting } from "./recording.ts";
import type { PhaseExperts } from "./report.ts";
import { mean, percentile } from "./stats.ts";

/** How evenly one phase filled its experts; null when it routed no copy, as in a model without experts. */
export function phaseExperts(routing: PhaseRouting): PhaseExperts | null {
  if (routing.routed === 0) return null;
  const { loadVariance, maxOverMean } = routing.observations;
  return {
    loadVariance: variancesOf(loadVariance),
    maxOverMean: mean(maxOverMean),
    droppedShare: routing.dropped / routing.routed,
    perLayer: layersOf(routing),
  };
}

function variancesOf(loadVariance: Float64Array): PhaseExperts["loadVariance"] {
  const average = mean(loadVariance);
  if (average === null) return null;
  const sorted = loadVariance.toSorted();
  return { mean: average, p99: percentile(sorted, 99), max: percentile(sorted, 100) };
}

function layersOf(routing: PhaseRouting): PhaseExperts["perLayer"] {
  const { layers, experts, observations } = routing;
  const rowOf = new Map(Array.from(layers, (layer, row) => [layer, row]));
  const sums = new Float64Array(layers.length);
  const counts = new Float64Array(layers.length);
  for (const [at, layer] of observations.layer.entries()) {
    const row = rowOf.get(layer)!;
    sums[row]! += observations.loadVariance[at]!;
    counts[row]!++;
  }
  return Array.from(layers, (layer, row) => {
    const tokens = Array.from(routing.tokens.subarray(row * experts, (row + 1) * experts));
    const routed = tokens.reduce((sum, copies) => sum + copies, 0);
    return {
      layer,
      tokens,
      loadVariance: ratio(sums[row]!, counts[row]!),
      droppedShare: ratio(routing.droppedPerLayer[row]!, routed),
    };
  });
}
