import { attendedPairs, attentionWindow, kernelFlops, type LayerKernels, windowedLayers } from "@tokenyard/model";
import type { ModelSpec } from "@tokenyard/scenario";

/** A function that gives the FLOPs of one prompt's attention on one rank, its projections and its core: of a layer, in the mean. */
export function attentionFlops(model: ModelSpec, kernels: LayerKernels["attention"]): (promptTokens: number) => number {
  const { projections, prefill, output } = kernels;
  const { core } = prefill;
  const matrices = [...projections, ...prefill.expansions, output];
  const window = attentionWindow(model);
  const windowedShare = windowedLayers(model).filter((isWindowed) => isWindowed).length / model.layers;
  return (promptTokens) => {
    const pairs = attendedPairs(0, promptTokens, Number.POSITIVE_INFINITY);
    for (const matrix of matrices) matrix.rows = promptTokens;
    core.sequences = 1;
    core.newTokens = promptTokens;
    core.contextTokens = promptTokens;
    core.pairs = pairs - windowedShare * (pairs - attendedPairs(0, promptTokens, window));
    return matrices.reduce((sum, matrix) => sum + kernelFlops(matrix), kernelFlops(core));
  };
}
