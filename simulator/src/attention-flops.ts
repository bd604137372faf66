import { kernelFlops, type LayerKernels } from "@tokenyard/model";

/** A function that gives the FLOPs of one prompt's attention in one layer on one rank: its projections and its core. */
export function attentionFlops(kernels: LayerKernels["attention"]): (promptTokens: number) => number {
  const { qkv, corePrefill, output } = kernels;
  return (promptTokens) => {
    qkv.rows = promptTokens;
    output.rows = promptTokens;
    corePrefill.sequences = 1;
    corePrefill.newTokens = promptTokens;
    corePrefill.contextTokens = promptTokens;
    corePrefill.pairs = (promptTokens * (promptTokens + 1)) / 2;
    return kernelFlops(qkv) + kernelFlops(corePrefill) + kernelFlops(output);
  };
}
