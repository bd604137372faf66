import { PRECISIONS } from "@tokenyard/scenario";
import * as z from "zod";
import { amount, count } from "./plain-number.ts";

const format = z.enum(PRECISIONS);
const precisionSchema = z
  .strictObject({
    weights: format,
    experts: format.nullable(),
    attention: format.optional().describe("none: as weights; the same of the next three"),
    attentionOutput: format.optional(),
    dense: format.optional(),
    shared: format.optional(),
    head: format.optional().describe("none: as activations"),
    activations: format,
    collectives: format,
    dispatch: format.nullable(),
    combine: format.nullable(),
    kvCache: format,
    products: z.array(format).describe("in which matrices and attention multiply on these GPUs, each once"),
  })
  .describe("number formats by place; null where a model has no such place");

/** Facts on a plan before it runs. */
export const planSchema = z.strictObject({
  ranks: count,
  nodes: count,
  pipelineStages: count.describe("as the scenario counts them"),
  interleave: count.optional().describe("slices of layers that each stage holds; none: 1"),
  stages: count.describe("sets of ranks of one replica that hold the same layers"),
  ranksPerPipelineStage: count,
  ranksPerStage: count,
  ranksPerLayer: count,
  expertGroups: count,
  tensorGroups: count,
  contextRanks: count.optional().describe("ranks that share the cache of each sequence; none: 1"),
  exchange: z
    .enum(["all-reduce", "all-gather", "all-to-all"])
    .nullable()
    .describe("how tokens come to the experts of other ranks; null where a layer has one rank, or no experts"),
  sequenceParallel: z
    .enum(["reduce-scatter", "slice"])
    .optional()
    .describe("how each rank of a data group comes to exchange a part of its tokens; none: each exchanges for all of them"),
  precision: precisionSchema,
  parameters: count,
  activeParameters: count.describe("that one token uses"),
  declaredParameters: amount.nullable().describe("what the plan says"),
  weightBytesPerRank: z.strictObject({ min: amount, max: amount }),
  kvBytesPerToken: amount.describe("that each token adds, over all layers; windows of some layers and states are in `requestBytes`"),
  requestBytes: amount.optional().describe("states and windows that a request keeps whatever its length, over all layers"),
  flopsPerToken: z.record(z.string(), amount).describe("by tokens of context"),
});

export type PlanFacts = z.output<typeof planSchema>;
