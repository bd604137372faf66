export { attendedPairs, attentionWindow, windowedLayers } from "./attention-window.ts";
export type { Attention, AttentionKernels } from "./attentions/attention.ts";
export { attentionOf } from "./attentions/attention-of.ts";
export { GroupedQueryAttention } from "./attentions/grouped-query.ts";
export { LatentAttention } from "./attentions/latent.ts";
export { expertCapacity, leastFull, mostTaken } from "./capacity.ts";
export { CapacityControl } from "./capacity-control.ts";
export { CapacityLimit } from "./capacity-limit.ts";
export { type CachePolicy, ExpertCache } from "./expert-cache.ts";
export { ExpertFates } from "./expert-fates.ts";
export {
  type AttentionShape,
  activeOf,
  type ElementwiseShape,
  type ExpertsShape,
  type GroupedLinearShape,
  groupedBytes,
  groupedFlops,
  groupedRows,
  type KernelShape,
  kernelBytes,
  kernelFlops,
  kernelRows,
  type LinearShape,
} from "./kernel.ts";
export { type LayerKind, layerKinds, modelProblems } from "./layer.ts";
export { type FeedForward, type LayerKernels, layerKernels, type ShardDegrees } from "./layer-kernels.ts";
export { Lists } from "./lists.ts";
export { loadVariance, maxOverMean, varianceOfSums } from "./load-balance.ts";
export type { Crowd, Fates, Overflow } from "./overflow.ts";
export { type Parameters, parametersOf } from "./parameters.ts";
export { type ByClass, copyPass, createByClass, type Decoding, Pass, PHASES, type Phase } from "./pass.ts";
export { createOverflow, createTokenRouter, gateProblems, popularitiesOf, resolutionProblems } from "./policies.ts";
export { bytesOf, type ModelPrecisions, type Products, precisionsOf, productPrecisions, productsOf } from "./precision.ts";
export { type ChunkTokens, chunksOf, chunkTokensOf, reprojectedTokens } from "./recompute.ts";
export { SampledRouter } from "./sampled-router.ts";
export { cachedHeadsOf, flopsPerToken, kvBytesPerHead, kvBytesPerToken } from "./token-cost.ts";
export type { TokenRouter } from "./token-router.ts";
export { activationOf, apart, normOf, quantisedBefore, quantiserOf, residualOf } from "./unfused.ts";
export { clearVisits, createVisits, type ExpertPlaces, sumCopies, type Visits } from "./visits.ts";
