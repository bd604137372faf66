import { mostTabledNodes } from "@tokenyard/cluster";
import { layerKernels } from "@tokenyard/model";
import { type Plan, sendsCopies, visitsOnce } from "@tokenyard/placement";
import type { Warning } from "@tokenyard/report";
import { grouped, type Scenario } from "@tokenyard/scenario";
import type { Load } from "@tokenyard/serving";

/**
 * Limits of the measurements that fits are made from. Source: docs/models/kernels.md#fitted-kernels,
 * docs/models/network.md#fitted-exchanges.
 */
const MOST = { side: 65_536, rows: 32_768, copies: 163_840, sequences: 2_048, nodesOfTokens: 4, nodesOfCopies: 8 };

/** Kernels and exchanges that may be larger than any that was measured: there a fit is its form alone. */
export function outsideFits(scenario: Scenario, plan: Plan, load: Load): Warning[] {
  const phrases = [...ofKernels(scenario, plan, load), ...ofExchanges(scenario, plan, load)];
  if (phrases.length === 0) return [];
  return [{ code: "outside-fits", message: `fits are used beyond what was measured: ${phrases.join("; ")}` }];
}

function ofKernels({ cluster, model }: Scenario, plan: Plan, load: Load): string[] {
  if (cluster.kernels.kind === "roofline" || cluster.gpu.fits === undefined) return [];
  const { attention, shared, dense } = layerKernels(model, plan, cluster.gpu);
  const matrices = [...attention.matrices, shared?.up, shared?.down, dense?.up, dense?.down].filter((shape) => shape !== undefined);
  const side = matrices.reduce((most, { inFeatures, outFeatures }) => Math.max(most, inFeatures, outFeatures), 0);
  const copies = model.experts === undefined ? 0 : Math.ceil((load.passTotalTokens * model.experts.topK) / plan.expert);
  return [
    ...over("matrices of % (measured: up to %)", side, MOST.side),
    ...over("passes of up to % rows (measured: up to %)", load.passTokens, MOST.rows),
    ...over("up to % copies for a rank's experts (measured: up to %)", copies, MOST.copies),
    ...over("up to % sequences in a pass (measured: up to %)", load.passSequences, MOST.sequences),
  ];
}

function ofExchanges({ cluster: { network } }: Scenario, plan: Plan, load: Load): string[] {
  if (plan.expertPlacement === undefined || !sendsCopies(plan) || network.allReduce !== "fitted") return [];
  if (!network.fits?.some(({ kind }) => kind === "exchange")) return [];
  const nodes = Math.ceil(plan.ranksPerStage / plan.gpusPerNode);
  const mostTokens = Math.max(MOST.nodesOfTokens, mostTabledNodes(network, "per-token"));
  const mostCopies = Math.max(MOST.nodesOfCopies, mostTabledNodes(network, "per-copy"));
  return [
    ...(visitsOnce(plan, 0) ? over("tokens over % nodes (measured: up to %)", nodes, mostTokens) : []),
    ...(visitsOnce(plan, 1) || load.decodeTokens === 0 ? [] : over("copies over % nodes (measured: up to %)", nodes, mostCopies)),
  ];
}

function over(text: string, found: number, most: number): string[] {
  if (found <= most) return [];
  return [text.replace("%", grouped(Math.ceil(found))).replace("%", grouped(most))];
}
