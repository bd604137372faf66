import type { ModelSpec } from "@tokenyard/scenario";
import { layerKinds } from "./layer.ts";
import { ANY_GPU, layerKernels } from "./layer-kernels.ts";

/** Weights of a model, counted from its sizes: matrices only, no norm and no bias. A part that the model has not is 0. */
export interface Parameters {
  /** Matrices of queries, keys, values and outputs. */
  readonly attentionPerLayer: number;
  readonly gatePerLayer: number;
  /** One routed expert. */
  readonly expert: number;
  /** All shared experts of a layer. */
  readonly sharedPerLayer: number;
  /** The feed-forward of one dense layer. */
  readonly densePerLayer: number;
  readonly embedding: number;
  /** 0 where it is the embedding. */
  readonly head: number;
  readonly total: number;
  /** Those that one token meets: topK of the routed experts, and all of the rest. */
  readonly active: number;
}

/** Source: docs/models.md#parameters. */
export function parametersOf(model: ModelSpec): Parameters {
  const { layers, hiddenSize, experts, dense, vocabulary = 0 } = model;
  const { matrices } = layerKernels(model, { tensor: 1, attentionTensor: 1 }, ANY_GPU).attention;
  const attentionPerLayer = matrices.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
  const gatePerLayer = experts ? hiddenSize * experts.count : 0;
  const expert = experts ? experts.matrices * hiddenSize * experts.hiddenSize : 0;
  const sharedPerLayer = experts ? experts.shared * expert : 0;
  const densePerLayer = dense ? dense.matrices * hiddenSize * dense.hiddenSize : 0;
  const embedding = vocabulary * hiddenSize;
  const head = model.tiedEmbedding ? 0 : hiddenSize * vocabulary;

  const denseLayers = layerKinds(model).filter((kind) => kind === "dense").length;
  const moeLayers = layers - denseLayers;
  const always = layers * attentionPerLayer + moeLayers * (gatePerLayer + sharedPerLayer) + denseLayers * densePerLayer + embedding + head;
  return {
    attentionPerLayer,
    gatePerLayer,
    expert,
    sharedPerLayer,
    densePerLayer,
    embedding,
    head,
    total: always + moeLayers * (experts?.count ?? 0) * expert,
    active: always + moeLayers * (experts?.topK ?? 0) * expert,
  };
}
