import type { PhaseRouting } from "../recording/balance-columns.ts";
import type { PhaseExperts } from "../schema/balance-schema.ts";
import { batchInterval } from "../statistics/batch-interval.ts";
import { ratio } from "../statistics/ratio.ts";
import { statsOf } from "../statistics/stats.ts";
import { sumOf } from "../statistics/sum.ts";

/** How evenly one phase filled its experts; null when it routed no copy, as in a model without experts. */
export function phaseExperts(routing: PhaseRouting): PhaseExperts | null {
  if (routing.routed === 0) return null;
  const { loads } = routing;
  const variance = statsOf(loads.loadVariance);
  return {
    loadVariance: variance === null ? null : { mean: variance.mean, p99: variance.p99, max: routing.isByLaw ? null : variance.max },
    maxOverMean: ratio(loads.maxOverMean, loads.loadVariance.count),
    droppedShare: routing.dropped / routing.routed,
    ...droppedWithin(routing),
    ...(routing.capacityFactor === undefined ? {} : { capacityFactor: routing.capacityFactor }),
    ...(routing.reroutedPerLayer === undefined ? {} : { reroutedShare: sumOf(routing.reroutedPerLayer) / routing.routed }),
    ...(routing.maskedPerLayer === undefined ? {} : { maskedShare: sumOf(routing.maskedPerLayer) / routing.routed }),
    perLayer: layersOf(routing),
  };
}

function droppedWithin({ batches }: PhaseRouting): Pick<PhaseExperts, "droppedWithin"> {
  const interval = batches === undefined ? null : batchInterval(batches);
  if (interval === null) return {};
  return { droppedWithin: { ...interval, batches: batches!.routed.length, microBatches: batches!.microBatches } };
}

function layersOf(routing: PhaseRouting): PhaseExperts["perLayer"] {
  const { layers, experts, reroutedPerLayer, maskedPerLayer } = routing;
  const { layerVariance, layerCount } = routing.loads;
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
