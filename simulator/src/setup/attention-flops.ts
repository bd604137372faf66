import { attendedPairs, attentionWindow, kernelFlops, type LayerKernels, windowedLayers } from "@tokenyard/model";
import type { ModelSpec } from "@tokenyard/scenario";

/** A function that gives the FLOPs of one prompt's attention on one rank, its projections and its core: of a layer, in the mean. */
export function attentionFlops(model: ModelSpec, kernels: LayerKernels["attention"]): (promptTokens: number) => number {
  const { qkv, corePrefill, output } = kernels;
  const window = attentionWindow(model);
  const windowedShare = windowedLayers(model).filter((isWindowed) => isWindowed).length / model.layers;
  return (promptTokens) => {
    const pairs = attendedPairs(0, promptTokens, Number.POSITIVE_INFINITY);
    qkv.rows = promptTokens;
    output.rows = promptTokens;
    corePrefill.sequences = 1;
    corePrefill.newTokens = promptTokens;
    corePrefill.contextTokens = promptTokens;
    corePrefill.pairs = pairs - windowedShare * (pairs - attendedPairs(0, promptTokens, window));
    return kernelFlops(qkv) + kernelFlops(corePrefill) + kernelFlops(output);
  };
}
