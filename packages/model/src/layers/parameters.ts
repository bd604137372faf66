import type { ModelSpec } from "@tokenyard/scenario";
import type { LinearShape } from "./kernel.ts";
import { ANY_GPU, type FeedForward, layerKernels } from "./layer-kernels.ts";
import { modelLayers } from "./model-layers.ts";

/** Weights of a model, counted from its sizes: matrices and convolutions only, no norm and no bias. A part that the model has not is 0. */
export interface Parameters {
  /** [layers] matrices of the mixer */
  readonly mixers: readonly number[];
  readonly gatePerLayer: number;
  /** Parameters of one routed expert. */
  readonly expert: number;
  /** Parameters of all shared experts of a layer, with their gate. */
  readonly sharedPerLayer: number;
  /** [layers] the dense feed-forward */
  readonly denses: readonly number[];
  readonly embedding: number;
  /** 0 where it is the embedding. */
  readonly head: number;
  readonly total: number;
  /** Parameters that one token uses: topK of the routed experts, and all other parts. */
  readonly active: number;
}

/** Parameters of `model`, by part. Source: docs/models/parameters.md#parameters. */
export function parametersOf(model: ModelSpec): Parameters {
  const { hiddenSize, experts, vocabulary = 0 } = model;
  const kernels = layerKernels(model, { tensor: 1, attentionTensor: 1 }, ANY_GPU);
  const { layers } = modelLayers(model);
  const byMixer = kernels.mixers.map(({ matrices }) => matrices.reduce((sum, matrix) => sum + weightsOf(matrix), 0));
  const byDense = kernels.denses.map(weightsOfBoth);
  const mixers = layers.map(({ mixer }) => byMixer[mixer] ?? 0);
  const denses = layers.map(({ dense }) => byDense[dense] ?? 0);
  const gatePerLayer = weightsOf(kernels.gate);
  const latent = weightsOfBoth(kernels.latent);
  const expert = experts ? experts.matrices * (experts.inputSize ?? hiddenSize) * experts.hiddenSize : 0;
  const sharedPerLayer = weightsOfBoth(kernels.shared) + weightsOf(kernels.sharedGate);
  const embedding = vocabulary * hiddenSize;
  const head = model.tiedEmbedding ? 0 : embedding;

  const moeLayers = layers.filter(({ routed }) => routed).length;
  const always =
    sumOf(mixers) +
    sumOf(denses) +
    moeLayers * (gatePerLayer + sharedPerLayer + latent) +
    layers.length * weightsOf(kernels.streams) +
    embedding +
    head;
  return {
    mixers,
    gatePerLayer,
    expert,
    sharedPerLayer,
    denses,
    embedding,
    head,
    total: always + moeLayers * (experts?.count ?? 0) * expert,
    active: always + moeLayers * (experts?.topK ?? 0) * expert,
  };
}

function weightsOf(matrix: LinearShape | undefined): number {
  return matrix === undefined ? 0 : matrix.inFeatures * matrix.outFeatures;
}

function weightsOfBoth(pair: FeedForward<LinearShape> | undefined): number {
  return weightsOf(pair?.up) + weightsOf(pair?.down);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
