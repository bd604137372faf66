export { expertCapacity, leastFull, mostTaken } from "./capacity/capacity.ts";
export { CapacityControl } from "./capacity/capacity-control.ts";
export { CapacityLimit } from "./capacity/capacity-limit.ts";
export { type CachePolicy, type Eviction, evictionOf } from "./capacity/eviction.ts";
export { ExpertCache } from "./capacity/expert-cache.ts";
export { ExpertFates, type FatesByExpert } from "./capacity/expert-fates.ts";
export { loadVariance, maxOverMean, varianceOfSums } from "./capacity/load-balance.ts";
export { mostHits } from "./capacity/most-hits.ts";
export type { Crowd, Fates, Overflow } from "./capacity/overflow.ts";
export { checkedRouter } from "./draws/checked-router.ts";
export { copyChances } from "./draws/copy-chances.ts";
export { DealtRouter } from "./draws/dealt-router.ts";
export { Lists } from "./draws/lists.ts";
export type { PickTaker } from "./draws/pick-taker.ts";
export { SequencesOfSources } from "./draws/sequences-of-sources.ts";
export { type PlaceRatios, type SpreadRatios, visitsOf } from "./draws/spread-ratios.ts";
export type { TokenRouter } from "./draws/token-router.ts";
export { clearVisits, createVisits, type ExpertPlaces, type SlotRanks, sumCopies, type Visits } from "./draws/visits.ts";
export { attendedPairs, attentionWindow, windowedLayers } from "./layers/attention-window.ts";
export { bytesOf } from "./layers/bytes.ts";
export { type Draft, type DraftTree, draftInput, draftOf } from "./layers/draft.ts";
export {
  type AttentionShape,
  activeOf,
  attentionBytes,
  attentionFlops,
  cachedTokenBytes,
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
  newTokenBytes,
  pairFlops,
  type Recurrence,
  type ScanShape,
} from "./layers/kernel.ts";
export { type LayerKind, layerKinds, modelProblems } from "./layers/layer.ts";
export {
  ANY_SIZES,
  type FeedForward,
  type LayerKernels,
  layerKernels,
  type ShardDegrees,
  sharedHiddenSize,
} from "./layers/layer-kernels.ts";
export { type Layer, type ModelLayers, modelLayers } from "./layers/model-layers.ts";
export { type Parameters, parametersOf } from "./layers/parameters.ts";
export {
  type ByClass,
  copyPass,
  createByClass,
  createDecoding,
  type Decoding,
  Pass,
  PHASES,
  type Phase,
  pastTokens,
} from "./layers/pass.ts";
export { type ModelPrecisions, type Products, precisionsOf, productPrecisions, productsOf } from "./layers/precision.ts";
export { type ChunkTokens, chunksOf, chunkTokensOf, reprojectedTokens } from "./layers/recompute.ts";
export type { SparseBlock, SparsePart } from "./layers/sparse-part.ts";
export {
  cachedBytes,
  flopsPerToken,
  keepsByKind,
  keptByLayer,
  keptBytes,
  keptOf,
  keptTogether,
  kvBytesPerToken,
  pinnedBytes,
  pinnedOf,
} from "./layers/token-cost.ts";
export { activationOf, apart, normOf, quantisedBefore, quantiserOf, residualOf } from "./layers/unfused.ts";
export { contextRanksOf } from "./mixers/context.ts";
export { GroupedQueryAttention } from "./mixers/grouped-query.ts";
export { LatentAttention } from "./mixers/latent.ts";
export type { KeptBytes, Mixer, MixerKernels, SeeingKernel, Sight, Split } from "./mixers/mixer.ts";
export { mixerOf } from "./mixers/mixer-of.ts";
export { DealtChoices, DrawnChoices, EvenChoices, type NextChoices } from "./overflows/next-choice.ts";
export {
  createOverflow,
  createTokenRouter,
  dependenceOf,
  gateProblems,
  goesByClass,
  popularitiesOf,
} from "./policies.ts";
