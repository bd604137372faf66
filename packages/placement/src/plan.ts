import {
  counted,
  grouped,
  type ModelSpec,
  type ParallelismSpec,
  type Problem,
  Problems,
  type RoutingSpec,
  type Scenario,
} from "@tokenyard/scenario";
import { type Degrees, degreeProblems, degreesOf, type Sources } from "./degrees.ts";
import { type ExchangeKind, exchangeOf, exchangeProblems } from "./exchange.ts";
import type { ExpertPlacement } from "./experts/expert-placement.ts";
import { placeExperts } from "./experts/place-experts.ts";
import { cacheProblems, placementProblems, rebalanceProblems } from "./experts/placement-problems.ts";
import { layerCosts } from "./layer-bytes.ts";
import { interleaveProblems, slicesOf } from "./slices.ts";
import { type SequenceParallel, sequenceParallelOf, sourcesOf } from "./sources.ts";

/** Assignment of the model to ranks: the numbers from which every rank, group and layer follows. Replicas are alike. */
export interface Plan extends Degrees, Sources {
  readonly ranks: number;
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly replicas: number;
  /** Pipeline stages as the scenario counts them; with `own-ranks` the number only groups the stages. */
  readonly pipelineStages: number;
  /** Sets of ranks of one replica that hold the same layers, in order of layer. */
  readonly stages: number;
  /** Slices of layers that a stage holds, which is how often a micro-batch visits it. */
  readonly interleave: number;
  /** expert × tensor */
  readonly ranksPerStage: number;
  /**
   * Placement of experts on the ranks e = ⌊local rank / tensor⌋ of their stage, the same in every replica; undefined in a model without
   * experts.
   */
  readonly expertPlacement: ExpertPlacement | undefined;
  readonly exchange: ExchangeKind;
  /** Whether each rank of a data group exchanges a part of its tokens, and by which method it gets the part. */
  readonly sequenceParallel: SequenceParallel;
  /** Ranks that share the shared experts: those of a data group, or 1 where each has tokens of its own for them. */
  readonly sharedTensor: number;
  /**
   * Mode of an all-to-all: a token is sent once to a rank, or copy by copy, or the first in passes with prompts and the second in others.
   */
  readonly dispatch: NonNullable<RoutingSpec["dispatch"]>;
  /** When the ranks that share an expert add up their parts in an all-to-all. */
  readonly expertReduce: NonNullable<RoutingSpec["expertReduce"]>;
  /** The layers of each stage, rising; a stage may hold none. */
  readonly layersOfStage: readonly (readonly number[])[];
  /** The layers of each slice of each stage, [stages][interleave]: slice v of every stage comes before slice v + 1 of any. */
  readonly slicesOfStage: readonly (readonly (readonly number[])[])[];
}

const MOST_RANKS = 1_000_000; // a rank costs memory and time; no cluster has more

/**
 * The plan of `scenario`. With `own-ranks` each layer is a stage; with `shared-ranks` the layers are split over `pipeline` stages in numbers
 * that differ by at most 1: stage s of P holds ⌊s·L/P⌋ … ⌊(s+1)·L/P⌋ − 1 of L layers. With `interleave` a stage holds as many, in slices
 * whose numbers differ by at most 1, dealt out round the stages.
 *
 * @throws Problems with everything that is not legal, each with values that would work.
 */
export function compilePlan(scenario: Scenario): Plan {
  const { model, cluster, parallelism } = scenario;
  const stages = parallelism.layers === "own-ranks" ? model.layers : parallelism.pipeline;
  const degrees = degreesOf(parallelism);
  const ranksPerStage = degrees.expert * degrees.tensor;
  const ranks = stages * ranksPerStage * parallelism.data;
  const ofDegrees = degreeProblems(model, parallelism, scenario.routing.placement);
  const problems = [
    ...pipelineProblems(model, parallelism),
    ...ofDegrees,
    ...(ofDegrees.length === 0
      ? [
          ...exchangeProblems(scenario),
          ...placementProblems(scenario, degrees.expert),
          ...rebalanceProblems(scenario, degrees.expert),
          ...cacheProblems(scenario),
        ]
      : []),
    ...interleaveProblems(model, parallelism),
    ...sizeProblems(parallelism, stages, ranks),
  ];
  if (problems.length > 0) throw new Problems(problems);

  const interleave = parallelism.interleave ?? 1;
  const sequenceParallel = sequenceParallelOf(scenario, degrees);
  const isByCost = stages > 1 && stages < model.layers && partitionOf(scenario) === "cost";
  const slicesOfStage = slicesOf(model.layers, stages, interleave, isByCost ? layerCosts(scenario, degrees) : undefined);
  return Object.freeze({
    ranks,
    nodes: Math.ceil(ranks / cluster.gpusPerNode),
    gpusPerNode: cluster.gpusPerNode,
    replicas: parallelism.data,
    pipelineStages: parallelism.pipeline,
    stages,
    interleave,
    ranksPerStage,
    expertPlacement: model.experts && placeExperts(scenario, { ranksPerStage, gpusPerNode: cluster.gpusPerNode, ...degrees }),
    exchange: exchangeOf(scenario, degrees),
    sequenceParallel,
    sharedTensor: sequenceParallel === "none" ? degrees.attentionTensor : 1,
    ...sourcesOf(sequenceParallel, degrees),
    dispatch: scenario.routing.dispatch ?? "by-phase",
    expertReduce: scenario.routing.expertReduce ?? "before-combine",
    layersOfStage: slicesOfStage.map((slices) => slices.flat()),
    slicesOfStage,
    ...degrees,
  });
}

function partitionOf({ model, parallelism }: Scenario): "count" | "cost" {
  return parallelism.partition ?? (model.layerKinds === undefined ? "count" : "cost");
}

/** With `own-ranks` a pipeline stage is one or more stages, and there are as many of those as layers. */
function pipelineProblems({ layers: count }: ModelSpec, { layers, pipeline }: ParallelismSpec): Problem[] {
  if (layers !== "own-ranks" || pipeline <= count) return [];
  const most = count === 1 ? "1" : `1 to ${grouped(count)}`;
  const wanted = `${most} with own-ranks, where it groups the stages of ${counted(count, "layer")}; more with layers: shared-ranks`;
  return [{ path: ["parallelism", "pipeline"], given: String(pipeline), wanted }];
}

function sizeProblems(parallelism: ParallelismSpec, stages: number, ranks: number): Problem[] {
  if (ranks <= MOST_RANKS) return [];
  const { layers, expert, tensor, data } = parallelism;
  const rows = layers === "own-ranks" ? `${stages} layers` : `pipeline ${stages}`;
  const given = `${rows} × expert ${expert} × tensor ${tensor} × data ${data} = ${grouped(ranks)} ranks`;
  return [{ path: ["parallelism"], given, wanted: `at most ${grouped(MOST_RANKS)} ranks` }];
}
