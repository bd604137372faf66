import type { KernelModel } from "@tokenyard/cluster";
import { attentionWindow, type ChunkTokens, type LayerKernels, layerKernels, quantisedBefore, type ShardDegrees } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { fusionOf, type Scenario } from "@tokenyard/scenario";
import { mixerWorks } from "../ops/mixer-work.ts";
import { KernelClock } from "./kernel-clock.ts";
import { matricesOf } from "./matrices.ts";
import { SequenceCosts } from "./sequence-cost.ts";

/** Fuses everything that may be fused. */
const FUSED = { feedForward: true, norms: true };
const NONE_TAKEN = { attention: false, feedForward: false, gate: false };

/** Least costs of sequences by `kernels`: matrices and attentions, without the kernels beside them that might be fused. */
export function leastSequenceCosts(
  { model, serving, cluster }: Scenario,
  plan: ShardDegrees & Pick<Plan, "sources" | "dataGroups">,
  kernels: KernelModel,
  chunks: ChunkTokens,
): { readonly costs: SequenceCosts; readonly layer: LayerKernels } {
  const plain = layerKernels(model, plan, cluster.gpu);
  const layer = fusionOf(serving).quantise === undefined ? plain : quantisedBefore(plain);
  const matrices = matricesOf(kernels, layer, model, FUSED, NONE_TAKEN);
  const costs = new SequenceCosts({
    kernels: layer,
    matrices,
    works: mixerWorks(model),
    clock: new KernelClock(kernels),
    chunks,
    split: plan.sources / plan.dataGroups,
    window: attentionWindow(model),
    promptKernels: 1, // at least
  });
  return { costs, layer };
}
