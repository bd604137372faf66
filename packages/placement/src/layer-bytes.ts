import { type LayerKernels, layerKernels, modelLayers, type ShardDegrees } from "@tokenyard/model";
import type { ModelSpec, Scenario } from "@tokenyard/scenario";

/** Bytes of the weights of each layer on a rank, without routed experts [layers]. */
export function layerBytesOf(model: ModelSpec, kernels: LayerKernels): readonly number[] {
  const byMixer = kernels.mixers.map(({ matrices }) => matrices.reduce((sum, matrix) => sum + matrixBytes(matrix), 0));
  const byDense = kernels.denses.map(feedForwardBytes);
  const withExperts =
    matrixBytes(kernels.gate) + feedForwardBytes(kernels.latent) + feedForwardBytes(kernels.shared) + matrixBytes(kernels.sharedGate);
  return modelLayers(model).layers.map(
    ({ mixer, dense, routed }) => (byMixer[mixer] ?? 0) + (byDense[dense] ?? 0) + (routed ? withExperts : 0) + matrixBytes(kernels.streams),
  );
}

/**
 * [layers] cost of each layer for the balance of pipeline stages: the bytes of its weights, experts in the mean. Source:
 * docs/models/mixers.md#stages-of-unequal-layers.
 */
export function layerCosts({ model, cluster }: Scenario, degrees: ShardDegrees & { readonly expert: number }): readonly number[] {
  const kernels = layerKernels(model, degrees, cluster.gpu);
  const experts = ((model.experts?.count ?? 0) / degrees.expert) * feedForwardBytes(kernels.experts);
  const alike = layerBytesOf(model, kernels);
  return modelLayers(model).layers.map(({ routed }, layer) => alike[layer]! + (routed ? experts : 0));
}

type Matrix = NonNullable<LayerKernels["head" | "gate"]> | NonNullable<LayerKernels["experts"]>["up"];

/** Bytes of a matrix that a rank holds; 0 without one. */
export function matrixBytes(matrix: Matrix | undefined): number {
  return matrix === undefined ? 0 : matrix.inFeatures * matrix.outFeatures * matrix.weightBytes;
}

/** Bytes of both matrices of a feed-forward. */
export function feedForwardBytes(feedForward: LayerKernels["shared" | "experts"]): number {
  return feedForward === undefined ? 0 : matrixBytes(feedForward.up) + matrixBytes(feedForward.down);
}
