import { bytesOf, expertCapacity, layerKernels, layerKinds, precisionsOf } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";

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
 * Bytes that a rank of each stage needs beside weights and cache, [stages]: inputs and outputs of its largest kernel, rows × (in + out)
 * × bytes of an activation, and the residual of its data group's tokens. A stage without layers passes the residual on.
 *
 * The rows of a rank's experts are bounded by their capacity (and by all tokens, each in as many of them as topK lets). Without a capacity
 * the mean is taken, ⌈tokens · topK / experts⌉ for each: a skewed gate may need more. Source: docs/models.md#memory.
 */
export function workspaceBytesOf(scenario: Scenario, plan: Plan, pass: LargestPass): Float64Array {
  const { model } = scenario;
  const kernels = layerKernels(model, plan);
  const kinds = layerKinds(model);
  const { qkv, corePrefill, output } = kernels.attention;
  const tokens = pass.passTokens;
  const expertRows = rowsOfExperts(scenario, plan, pass.passTotalTokens);

  const core = tokens * 2 * corePrefill.heads * corePrefill.headSize; // queries in, mixed values out
  const attention = Math.max(numbers(qkv, tokens), core, numbers(output, tokens));
  const largest = {
    moe: Math.max(attention, numbers(kernels.gate, tokens), inside(kernels.shared, tokens), inside(kernels.experts, expertRows)),
    dense: Math.max(attention, inside(kernels.dense, tokens)),
  };
  const residual = tokens * model.hiddenSize;
  const activationBytes = bytesOf(precisionsOf(model).activations);
  return Float64Array.from(plan.layersOfStage, (layers, stage) => {
    let most = stage === plan.stages - 1 ? numbers(kernels.head, pass.passSequences) : 0;
    for (const layer of layers) most = Math.max(most, largest[kinds[layer]!]);
    return (most + residual) * activationBytes;
  });
}

function rowsOfExperts({ model, routing }: Scenario, plan: Plan, tokens: number): number {
  if (model.experts === undefined) return 0;
  const { topK, count } = model.experts;
  const local = plan.expertsPerRank;
  const capacity = expertCapacity(tokens, model, routing);
  if (capacity === Number.POSITIVE_INFINITY) return Math.ceil((tokens * topK) / count) * local;
  return Math.min(capacity * local, tokens * Math.min(topK, local));
}

interface Kernel {
  readonly inFeatures: number;
  readonly outFeatures: number;
}

function numbers(kernel: Kernel | undefined, rows: number): number {
  return kernel === undefined ? 0 : rows * (kernel.inFeatures + kernel.outFeatures);
}

function inside(feedForward: { readonly up: Kernel; readonly down: Kernel } | undefined, rows: number): number {
  return feedForward === undefined ? 0 : Math.max(numbers(feedForward.up, rows), numbers(feedForward.down, rows));
}
