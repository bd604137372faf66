import { bytesOf, chunksOf, chunkTokensOf, layerKernels, type MixerKernels, modelLayers, mostTaken, precisionsOf } from "@tokenyard/model";
import { gathersTokens, type Plan } from "@tokenyard/placement";
import { mostVerifiedOf, type Scenario } from "@tokenyard/scenario";

/** The largest passes that a run will make. */
export interface LargestPass {
  /** Most new tokens of one data group in one pass. */
  readonly passTokens: number;
  /** Most new tokens of one pass, all data groups together. */
  readonly passTotalTokens: number;
  /** Most sequences of one data group in one pass: rows that need logits. */
  readonly passSequences: number;
}

/**
 * [stages] bytes that the rank with most slots of experts on each stage needs beside weights and cache: inputs and outputs of its largest
 * kernel, rows × (in + out) × bytes of an activation, and the residual of its data group's tokens, or of its part between a reduce-scatter
 * and an all-gather. A stage without layers passes the residual on. Kernels in chunks write outputs over their inputs, and need
 * intermediate results only for the rows of a chunk. The rows of a rank's experts are bounded by their capacity (and by all tokens, each in
 * as many of them as topK allows). Without a capacity the mean counts, ⌈tokens · topK / experts⌉ for each: a skewed gate may need more.
 * Sampling after the last layer has whole logits on every rank, beside the residual. Source: docs/models/memory.md#memory, #sampling.
 */
export function workspaceBytesOf(scenario: Scenario, plan: Plan, pass: LargestPass): Float64Array {
  const { model } = scenario;
  const kernels = layerKernels(model, plan, scenario.cluster.gpu);
  const { layers: of } = modelLayers(model);
  const verified = mostVerifiedOf(scenario.serving); // rows with logits of each sequence
  const chunkTokens = chunkTokensOf(scenario.serving);
  const tokens = pass.passTokens;

  const byMixer = kernels.mixers.map((mixer) =>
    Math.max(mixerNumbers(mixer, tokens, chunkTokens.attention), gatheredNumbers(mixer, tokens, pass.passSequences * verified)),
  );
  const inside = (feedForward: FeedForward | undefined, rows: number) => insideNumbers(feedForward, rows, chunkTokens.feedForward);
  const part = Math.ceil((tokens * plan.dataGroups) / plan.sources); // that a rank has for gate and experts
  const gate = gateNumbers(kernels.gate, part, chunkTokens.feedForward);
  const gathered = gathersTokens(plan) ? 2 * pass.passTotalTokens * model.hiddenSize : 0; // the tokens of all data groups, and their results
  const gated = Math.max(gate, inside(kernels.latent, part), inside(kernels.shared, part));
  const byDense = kernels.denses.map((dense) => inside(dense, tokens));
  const bySlots = new Map<number, number>();
  const routed = (slots: number) => {
    const known =
      bySlots.get(slots) ?? inside(kernels.experts, rowsOfExperts(scenario, slots, pass.passTotalTokens, plan.sources)) + gathered;
    bySlots.set(slots, known);
    return known;
  };
  const largest = (layer: number) => {
    const { mixer, dense, routed: hasExperts } = of[layer]!;
    const most = Math.max(byMixer[mixer] ?? 0, byDense[dense] ?? 0);
    return hasExperts ? Math.max(most, gated, routed(plan.expertPlacement!.slots(layer).most)) : most;
  };
  const residual = tokens * model.hiddenSize * (model.residualStreams ?? 1);
  const isSplit = plan.sequenceParallel === "reduce-scatter";
  const residualIn = (layer: number) => (isSplit && of[layer]!.routed ? part * model.hiddenSize : residual);
  const activationBytes = bytesOf(precisionsOf(model).activations);
  const sampled = pass.passSequences * (model.vocabulary ?? 0) * (scenario.serving.logitBytes ?? 0);
  return Float64Array.from(plan.layersOfStage, (layers, stage) => {
    const isLast = stage === plan.stages - 1;
    let most = residual + (isLast ? numbers(kernels.head, pass.passSequences * verified) : 0);
    for (const layer of layers) most = Math.max(most, largest(layer) + residualIn(layer));
    return Math.max(most * activationBytes, isLast ? residual * activationBytes + sampled : 0);
  });
}

/** The most that `workspaceBytesOf` gives for any stages of a plan of these degrees: those of one that holds all layers. */
export function mostWorkspaceOf(scenario: Scenario, plan: Plan, pass: LargestPass): number {
  const layersOfStage = [Array.from({ length: scenario.model.layers }, (_, layer) => layer)];
  return workspaceBytesOf(scenario, { ...plan, stages: 1, layersOfStage }, pass)[0]!;
}

/** Rows of a rank with `slots` slots. */
function rowsOfExperts({ model, routing }: Scenario, slots: number, tokens: number, sources: number): number {
  const { topK, count } = model.experts!;
  const capacity = mostTaken(tokens, sources, model, routing);
  if (capacity === Number.POSITIVE_INFINITY) return Math.ceil((tokens * topK) / count) * slots;
  return routing.pad === true ? capacity * slots : Math.min(capacity * slots, tokens * Math.min(topK, slots));
}

interface Kernel {
  readonly inFeatures: number;
  readonly outFeatures: number;
}

type FeedForward = { readonly up: Kernel; readonly down: Kernel };

function numbers(kernel: Kernel | undefined, rows: number): number {
  return kernel === undefined ? 0 : rows * (kernel.inFeatures + kernel.outFeatures);
}

/** Queries go into the core, mixed values come out; in chunks, beside keys and values of as many earlier tokens. */
function mixerNumbers({ projections, prefill, output }: MixerKernels, rows: number, chunkTokens: number): number {
  const { core, expansions } = prefill;
  const mixed = core.heads * (core.keySize + core.valueSize);
  const keysValues = core.kvHeads * core.cachedSize;
  const chunks = chunksOf(rows, chunkTokens);
  if (chunks === 1) {
    const made = expansions.length === 0 ? 0 : keysValues; // else they are in the cache
    return Math.max(...[...projections, ...expansions, output].map((kernel) => numbers(kernel, rows)), rows * (mixed + made));
  }
  const between = Math.max(...projections.map(({ outFeatures }) => outFeatures), mixed + keysValues);
  return inChunks(rows, output.outFeatures, between, chunks);
}

/** Queries of the heads of all ranks that share contexts, and results for them: of decoding rows, and unless attention is latent of prompts too. */
function gatheredNumbers({ contextRanks = 1, decode: { core }, prefill }: MixerKernels, rows: number, decoding: number): number {
  if (contextRanks === 1) return 0;
  return (prefill.expansions.length > 0 ? Math.min(rows, decoding) : rows) * core.heads * (core.keySize + core.valueSize);
}

/** The scores of all rows stay. */
function gateNumbers(gate: Kernel | undefined, rows: number, chunkTokens: number): number {
  const chunks = chunksOf(rows, chunkTokens);
  if (gate === undefined || chunks === 1) return numbers(gate, rows);
  return inChunks(rows, gate.outFeatures, gate.inFeatures, chunks);
}

function insideNumbers(feedForward: FeedForward | undefined, rows: number, chunkTokens: number): number {
  if (feedForward === undefined) return 0;
  const { up, down } = feedForward;
  const chunks = chunksOf(rows, chunkTokens);
  if (chunks === 1) return Math.max(numbers(up, rows), numbers(down, rows));
  return inChunks(rows, down.outFeatures, Math.max(up.outFeatures, down.inFeatures), chunks);
}

/** `kept` numbers of every row, and `between` of those of a chunk. */
function inChunks(rows: number, kept: number, between: number, chunks: number): number {
  return rows * kept + Math.ceil((rows * between) / chunks);
}
