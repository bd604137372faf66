import { bytesOf, draftInput, draftOf, layerKernels, layerKinds, precisionsOf } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import { feedForwardBytes, layerBytesOf, matrixBytes } from "./layer-bytes.ts";
import type { Plan } from "./plan.ts";

/**
 * [stages × experts' ranks] bytes of weights on a rank; the `tensor` ranks that share experts hold equally much. A rank holds its shard of
 * every kernel: its slots of experts, including empty ones, or the cached ones with room for one more and for guesses, ÷ tensor; attention
 * (a KV head, or what belongs to no head, is replicated), shared experts and dense layers ÷ attention.tensor; the whole gate; of the
 * vocabulary a shard of the embedding on the first stage and of the head on the last, which are one where they are tied and on one stage.
 * The draft of speculation is on the last stage. Each in the bytes of its format, with the scales of block formats. Source:
 * docs/models/memory.md#memory.
 */
export function weightBytesOf(scenario: Scenario, plan: Plan): Float64Array {
  const { model } = scenario;
  const kernels = layerKernels(model, plan, scenario.cluster.gpu);
  const kinds = layerKinds(model);
  const layerBytes = layerBytesOf(model, kernels);
  const ofDraft = draftBytesOf(scenario, plan);
  const slotBytes = feedForwardBytes(kernels.experts);
  const buffered = bufferedLayers(scenario);
  const kept = scenario.expertCache?.perLayer ?? Number.POSITIVE_INFINITY;
  const headBytes = matrixBytes(kernels.head);
  const embeddingBytes =
    kernels.head === undefined ? 0 : kernels.head.inFeatures * kernels.head.outFeatures * bytesOf(precisionsOf(model).unquantised);
  const { expert, stages, expertPlacement } = plan;
  const bytes = new Float64Array(stages * expert);
  for (const [stage, layers] of plan.layersOfStage.entries()) {
    let alike = 0;
    if (stage === 0) alike += embeddingBytes; // as many numbers as the head
    for (const layer of layers) alike += layerBytes[layer]!;
    const isThere = model.tiedEmbedding === true && stages === 1;
    if (stage === stages - 1 && !isThere) alike += headBytes;
    if (stage === stages - 1) alike += ofDraft.alike;
    for (let e = 0; e < expert; e++) bytes[stage * expert + e] = alike;
    if (expertPlacement === undefined) continue;
    if (stage === stages - 1 && ofDraft.slotBytes > 0) {
      const { offsets } = expertPlacement.slots(kinds.lastIndexOf("moe"));
      for (let e = 0; e < expert; e++) bytes[stage * expert + e]! += (offsets[e + 1]! - offsets[e]!) * ofDraft.slotBytes;
    }
    const moe = layers.filter((layer) => kinds[layer] === "moe").length;
    for (let e = 0; e < expert; e++) bytes[stage * expert + e]! += Math.min(buffered, moe) * expertPlacement.mostSlots * slotBytes;
    const away = Math.max(0, expertPlacement.mostSlots - kept); // of a layer, at most
    const ahead = Math.min(scenario.expertCache?.prefetch?.depth ?? 0, moe - 1) * away;
    const comes = moe > 0 && away > 0 ? (1 + ahead) * slotBytes : 0; // an expert that is not kept is computed from here
    for (let e = 0; e < expert; e++) bytes[stage * expert + e]! += comes;
    for (const layer of layers) {
      if (kinds[layer] !== "moe") continue;
      const { offsets } = expertPlacement.slots(layer);
      for (let e = 0; e < expert; e++) bytes[stage * expert + e]! += Math.min(offsets[e + 1]! - offsets[e]!, kept) * slotBytes;
    }
  }
  return bytes;
}

/**
 * Bytes of a draft on each rank of the last stage: what all ranks hold, and a slot of its experts, which are placed like those of the last
 * layer.
 */
function draftBytesOf({ model, serving, cluster }: Scenario, plan: Plan): { readonly alike: number; readonly slotBytes: number } {
  const draft = draftOf(model, serving);
  if (draft === undefined) return { alike: 0, slotBytes: 0 };
  const kernels = layerKernels(draft.model, plan, cluster.gpu);
  const layers = layerBytesOf(draft.model, kernels).reduce((sum, each) => sum + each, 0);
  const head = draft.sharesHead ? 0 : matrixBytes(kernels.head);
  const isTied = draft.sharesEmbedding || draft.model.tiedEmbedding === true || kernels.head === undefined;
  const embedding = isTied ? 0 : kernels.head.inFeatures * kernels.head.outFeatures * bytesOf(precisionsOf(draft.model).unquantised);
  return {
    alike: layers + head + embedding + matrixBytes(draftInput(draft, plan)),
    slotBytes: feedForwardBytes(kernels.experts),
  };
}

/** Layers whose experts are on their way at a time: a rank has room for those that come beside those that it has. Source: docs/models/routing.md#rebalancing. */
function bufferedLayers({ rebalance }: Scenario): number {
  if (rebalance === undefined) return 0;
  return rebalance.move.kind === "async" ? rebalance.move.layersPerStep : 1;
}

/** Bytes of a slot on each of the ranks that share an expert. */
export function expertSlotBytes({ model, cluster }: Scenario, plan: Plan): number {
  return feedForwardBytes(layerKernels(model, plan, cluster.gpu).experts);
}
