import { attendedPairs, kernelFlops, type MixerKernels, modelLayers } from "@tokenyard/model";
import type { ModelSpec } from "@tokenyard/scenario";

/** A function that gives the FLOPs of one prompt's mixers on one rank, their projections and cores: of a layer, in the mean. */
export function attentionFlops(model: ModelSpec, mixers: readonly MixerKernels[]): (promptTokens: number) => number {
  const { layers } = modelLayers(model);
  const counts = mixers.map((_, i) => layers.filter(({ mixer }) => mixer === i).length);
  return (promptTokens) => mixers.reduce((sum, mixer, i) => sum + counts[i]! * flopsOf(mixer, promptTokens), 0) / model.layers;
}

function flopsOf({ projections, prefill, output, sight }: MixerKernels, promptTokens: number): number {
  let flops = 0;
  for (const matrix of [...projections, ...prefill.expansions, output]) {
    matrix.rows = promptTokens;
    flops += kernelFlops(matrix);
  }
  for (const { shape, sight: of } of [{ shape: prefill.core, sight }, ...prefill.beside]) {
    shape.sequences = 1;
    shape.newTokens = promptTokens;
    shape.contextTokens = promptTokens / of.ratio;
    shape.pairs = attendedPairs(0, promptTokens, of.most) / of.ratio;
    flops += kernelFlops(shape);
  }
  for (const scan of prefill.scans) {
    scan.sequences = 1;
    scan.newTokens = promptTokens;
    flops += kernelFlops(scan);
  }
  return flops;
}
