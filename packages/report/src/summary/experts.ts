import type { PhaseRouting, SummedRouting } from "../recording/balance-columns.ts";
import type { PhaseExperts } from "../schema/balance-schema.ts";
import { batchInterval } from "../statistics/batch-interval.ts";
import { ratio } from "../statistics/ratio.ts";
import { statsOf } from "../statistics/stats.ts";
import { sumOf } from "../statistics/sum.ts";
import { Tally } from "../statistics/tally.ts";

/** How evenly one phase filled its experts; null when it routed no copy, as in a model without experts. */
export function phaseExperts(routing: PhaseRouting): PhaseExperts | null {
  if (routing.routed === 0) return null;
  const summed = routing.summed ?? summedRouting(routing);
  const variance = statsOf(summed.loadVariance);
  return {
    loadVariance: variance === null ? null : { mean: variance.mean, p99: variance.p99, max: variance.max },
    maxOverMean: ratio(summed.maxOverMean, summed.loadVariance.count),
    droppedShare: routing.dropped / routing.routed,
    ...droppedWithin(routing),
    ...(routing.capacityFactor === undefined ? {} : { capacityFactor: routing.capacityFactor }),
    ...(routing.reroutedPerLayer === undefined ? {} : { reroutedShare: sumOf(routing.reroutedPerLayer) / routing.routed }),
    ...(routing.maskedPerLayer === undefined ? {} : { maskedShare: sumOf(routing.maskedPerLayer) / routing.routed }),
    perLayer: layersOf(routing, summed),
  };
}

function droppedWithin({ batches }: PhaseRouting): Pick<PhaseExperts, "droppedWithin"> {
  const interval = batches === undefined ? null : batchInterval(batches);
  if (interval === null) return {};
  return { droppedWithin: { ...interval, batches: batches!.routed.length, microBatches: batches!.microBatches } };
}

/** The observations of `routing` added up, in their order. */
function summedRouting({ layers, observations }: PhaseRouting): SummedRouting {
  const rowOf = new Map(Array.from(layers, (layer, row) => [layer, row]));
  const loadVariance = new Tally();
  const layerVariance = new Float64Array(layers.length);
  const layerCount = new Float64Array(layers.length);
  let maxOverMean = 0;
  for (const [at, layer] of observations.layer.entries()) {
    const row = rowOf.get(layer)!;
    layerVariance[row]! += observations.loadVariance[at]!;
    layerCount[row]!++;
    loadVariance.put(at, observations.loadVariance[at]!);
    maxOverMean += observations.maxOverMean[at]!;
  }
  return { loadVariance: loadVariance.columns(), maxOverMean, layerVariance, layerCount };
}

function layersOf(routing: PhaseRouting, { layerVariance, layerCount }: SummedRouting): PhaseExperts["perLayer"] {
  const { layers, experts, reroutedPerLayer, maskedPerLayer } = routing;
  return Array.from(layers, (layer, row) => {
    const tokens = Array.from(routing.tokens.subarray(row * experts, (row + 1) * experts));
    const routed = tokens.reduce((sum, copies) => sum + copies, 0);
    return {
      layer,
      tokens,
      loadVariance: ratio(layerVariance[row]!, layerCount[row]!),
      droppedShare: ratio(routing.droppedPerLayer[row]!, routed),
      ...(reroutedPerLayer === undefined ? {} : { reroutedShare: ratio(reroutedPerLayer[row]!, routed) }),
      ...(maskedPerLayer === undefined ? {} : { maskedShare: ratio(maskedPerLayer[row]!, routed) }),
    };
  });
}
