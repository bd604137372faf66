import { flopsPerToken, kvBytesPerToken, parametersOf, pinnedBytes } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { ExchangeKind } from "./exchange.ts";
import type { Plan } from "./plan.ts";
import { type PrecisionFacts, precisionFacts } from "./precision-facts.ts";
import type { SequenceParallel } from "./sources.ts";
import { weightBytesOf } from "./weights.ts";

const CONTEXTS = [0, 1024, 4096, 10_240, 32_768]; // tokens already cached

/** Facts on a plan that are known before a run: the report's `plan`. */
export interface PlanFacts {
  readonly ranks: number;
  readonly nodes: number;
  readonly pipelineStages: number;
  /** Slices of layers that each stage holds, where there is more than one. */
  readonly interleave?: number;
  readonly stages: number;
  /** Ranks of the largest pipeline stage, all replicas together. */
  readonly ranksPerPipelineStage: number;
  /** Ranks of a stage of one replica. */
  readonly ranksPerStage: number;
  /** Ranks of one replica that hold a given layer. */
  readonly ranksPerLayer: number;
  /** Sets of expert × tensor ranks that hold the experts of a stage: stages × replicas. */
  readonly expertGroups: number;
  /** Sets of tensor ranks that share experts. */
  readonly tensorGroups: number;
  /** Ranks that share the cache of each sequence, where there are several. */
  readonly contextRanks?: number;
  /** Exchange of tokens with the experts of other ranks; null if a layer has one rank, or no experts. */
  readonly exchange: ExchangeKind | null;
  /** Method by which each rank of a data group gets its part of the tokens to exchange, if it exchanges a part. */
  readonly sequenceParallel?: Exclude<SequenceParallel, "none">;
  readonly precision: PrecisionFacts;
  readonly parameters: number;
  readonly activeParameters: number;
  readonly declaredParameters: number | null;
  readonly weightBytesPerRank: { readonly min: number; readonly max: number };
  readonly kvBytesPerToken: number;
  /** Bytes of states and windows that a request keeps whatever its length, if layers have any. */
  readonly requestBytes?: number;
  /** FLOPs of one new token, by tokens already in its context. */
  readonly flopsPerToken: Readonly<Record<string, number>>;
}

export function planFacts(scenario: Scenario, plan: Plan): PlanFacts {
  const { model } = scenario;
  const parameters = parametersOf(model);
  const weightBytes = weightBytesOf(scenario, plan);
  const flops = flopsPerToken(model);
  return {
    ranks: plan.ranks,
    nodes: plan.nodes,
    pipelineStages: plan.pipelineStages,
    ...(plan.interleave === 1 ? {} : { interleave: plan.interleave }),
    stages: plan.stages,
    ranksPerPipelineStage: Math.ceil(plan.stages / plan.pipelineStages) * plan.ranksPerStage * plan.replicas,
    ranksPerStage: plan.ranksPerStage,
    ranksPerLayer: plan.ranksPerStage,
    expertGroups: plan.stages * plan.replicas,
    tensorGroups: plan.ranks / plan.tensor,
    ...(plan.context === 1 ? {} : { contextRanks: plan.context }),
    exchange: model.experts === undefined || plan.ranksPerStage === 1 ? null : plan.exchange,
    ...(plan.sequenceParallel === "none" ? {} : { sequenceParallel: plan.sequenceParallel }),
    precision: precisionFacts(scenario, plan),
    parameters: parameters.total,
    activeParameters: parameters.active,
    declaredParameters: model.declaredParameters ?? null,
    weightBytesPerRank: {
      min: weightBytes.reduce((least, bytes) => Math.min(least, bytes)),
      max: weightBytes.reduce((most, bytes) => Math.max(most, bytes)),
    },
    kvBytesPerToken: kvBytesPerToken(model),
    ...(pinnedBytes(model) === 0 ? {} : { requestBytes: pinnedBytes(model) }),
    flopsPerToken: Object.fromEntries(CONTEXTS.map((context) => [String(context), flops(context)])),
  };
}
