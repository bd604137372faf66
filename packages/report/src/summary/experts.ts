import type { PhaseRouting } from "../recording/balance-columns.ts";
import type { PhaseExperts } from "../schema/balance-schema.ts";
import { batchInterval } from "../statistics/batch-interval.ts";
import { ratio } from "../statistics/ratio.ts";
import { statsOf } from "../statistics/stats.ts";
import { sumOf } from "../statistics/sum.ts";

/** How evenly one phase filled its experts; null when it routed no copy, as in a model without experts. */
export function phaseExperts(routing: PhaseRouting, perExpert = false): PhaseExperts | null {
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
    leastEven: leastEvenOf(routing),
    perLayer: layersOf(routing, perExpert),
  };
}

function droppedWithin({ batches }: PhaseRouting): Pick<PhaseExperts, "droppedWithin"> {
  const interval = batches === undefined ? null : batchInterval(batches);
  if (interval === null) return {};
  return { droppedWithin: { ...interval, batches: batches!.routed.length, microBatches: batches!.microBatches } };
}

/** Copies of each expert of the layer in a row of the table. */
function copiesOf({ tokens, experts }: PhaseRouting, row: number): Float64Array {
  return tokens.subarray(row * experts, (row + 1) * experts);
}

function leastEvenOf(routing: PhaseRouting): PhaseExperts["leastEven"] {
  const { layers } = routing;
  const { layerVariance, layerCount } = routing.loads;
  const variances = Array.from(layers, (_, row) => ratio(layerVariance[row]!, layerCount[row]!) ?? 0);
  const row = variances.indexOf(Math.max(...variances));
  return { layer: layers[row]!, tokens: Array.from(copiesOf(routing, row)) };
}

function layersOf(routing: PhaseRouting, perExpert: boolean): PhaseExperts["perLayer"] {
  const { layers, reroutedPerLayer, maskedPerLayer } = routing;
  const { layerVariance, layerCount } = routing.loads;
  return Array.from(layers, (layer, row) => {
    const tokens = copiesOf(routing, row);
    const routed = sumOf(tokens);
    return {
      layer,
      copies: routed,
      ...(perExpert ? { tokens: Array.from(tokens) } : {}),
      loadVariance: ratio(layerVariance[row]!, layerCount[row]!),
      droppedShare: ratio(routing.droppedPerLayer[row]!, routed),
      ...(reroutedPerLayer === undefined ? {} : { reroutedShare: ratio(reroutedPerLayer[row]!, routed) }),
      ...(maskedPerLayer === undefined ? {} : { maskedShare: ratio(maskedPerLayer[row]!, routed) }),
    };
  });
}
