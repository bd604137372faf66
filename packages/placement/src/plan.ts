import { counted, grouped, type ModelSpec, type ParallelismSpec, type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import { type Degrees, degreeProblems, degreesOf } from "./degrees.ts";

/** Which rank holds what: the numbers from which every rank, group and layer follows. Replicas are alike. */
export interface Plan extends Degrees {
  readonly ranks: number;
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly replicas: number;
  /** As the scenario counts them; with `own-ranks` it only groups the stages. */
  readonly pipelineStages: number;
  /** Sets of ranks of one replica that hold the same layers, in order of layer. */
  readonly stages: number;
  /** expert × tensor */
  readonly ranksPerStage: number;
  /** Expert x lies on the ranks e = ⌊x / expertsPerRank⌋ of its stage; 0 in a model without experts. */
  readonly expertsPerRank: number;
  /** The layers of each stage, rising; a stage may hold none. */
  readonly layersOfStage: readonly (readonly number[])[];
}

const MOST_RANKS = 1_000_000; // a rank costs memory and time; no cluster has more

/**
 * The plan of `scenario`. With `own-ranks` each layer is a stage; with `shared-ranks` the layers are split over `pipeline` stages in numbers
 * that differ by at most 1: stage s of P holds ⌊s·L/P⌋ … ⌊(s+1)·L/P⌋ − 1 of L layers.
 *
 * @throws Problems with everything that is not legal, each with values that would work.
 */
export function compilePlan(scenario: Scenario): Plan {
  const { model, cluster, parallelism } = scenario;
  const layersOfStage: (readonly number[])[] = [];
  const stages = parallelism.layers === "own-ranks" ? model.layers : parallelism.pipeline;
  const degrees = degreesOf(parallelism);
  const ranksPerStage = degrees.expert * degrees.tensor;
  const ranks = stages * ranksPerStage * parallelism.data;
  const problems = [
    ...pipelineProblems(model, parallelism),
    ...degreeProblems(model, parallelism),
    ...sizeProblems(parallelism, stages, ranks),
  ];
  if (problems.length > 0) throw new Problems(problems);

  for (let stage = 0; stage < stages; stage++) layersOfStage.push(layersOf(stage, stages, model.layers));
  return Object.freeze({
    ...degrees,
    ranks,
    nodes: Math.ceil(ranks / cluster.gpusPerNode),
    gpusPerNode: cluster.gpusPerNode,
    replicas: parallelism.data,
    pipelineStages: parallelism.pipeline,
    stages,
    ranksPerStage,
    expertsPerRank: (model.experts?.count ?? 0) / degrees.expert,
    layersOfStage,
  });
}

function layersOf(stage: number, stages: number, layers: number): readonly number[] {
  const first = Math.floor((stage * layers) / stages);
  const end = Math.floor(((stage + 1) * layers) / stages);
  return Array.from({ length: end - first }, (_, i) => first + i);
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
