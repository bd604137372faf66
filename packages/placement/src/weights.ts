import { type LayerKernels, layerKernels, layerKinds } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";

/**
 * Bytes of weights on a rank of each stage, [stages]; the ranks of a stage hold equally much. A rank holds its shard of every kernel: its
 * experts ÷ tensor; attention (a KV head is replicated where there are more ranks than KV heads), shared experts and dense layers
 * ÷ attention.tensor; the whole gate; of the vocabulary a shard of the embedding on the first stage and of the head on the last, which are one
 * where they are tied and on one stage. Each in the
 * bytes of its precision, with the scales of block formats. Source: docs/models.md#memory.
 */
export function weightBytesOf(scenario: Scenario, plan: Plan): Float64Array {
  const { model } = scenario;
  const kernels = layerKernels(model, plan, scenario.cluster.gpu);
  const kinds = layerKinds(model);
  const always = matrixBytes(kernels.attention.qkv) + matrixBytes(kernels.attention.output);
  const layerBytes = {
    moe: always + matrixBytes(kernels.gate) + feedForwardBytes(kernels.shared) + plan.expertsPerRank * feedForwardBytes(kernels.experts),
    dense: always + feedForwardBytes(kernels.dense),
  };
  const vocabularyBytes = matrixBytes(kernels.head);
  return Float64Array.from(plan.layersOfStage, (layers, stage) => {
    let bytes = 0;
    if (stage === 0) bytes += vocabularyBytes; // the embedding is as large as the head
    for (const layer of layers) bytes += layerBytes[kinds[layer]!];
    const isThere = model.tiedEmbedding === true && plan.stages === 1;
    if (stage === plan.stages - 1 && !isThere) bytes += vocabularyBytes;
    return bytes;
  });
}

type Matrix = NonNullable<LayerKernels["head" | "gate"]> | NonNullable<LayerKernels["experts"]>["up"];

function matrixBytes(matrix: Matrix | undefined): number {
  return matrix === undefined ? 0 : matrix.inFeatures * matrix.outFeatures * matrix.weightBytes;
}

function feedForwardBytes(feedForward: LayerKernels["shared" | "experts"]): number {
  return feedForward === undefined ? 0 : matrixBytes(feedForward.up) + matrixBytes(feedForward.down);
}
