import type { Plan } from "@tokenyard/placement";
import {
  assumedUnderOverlap,
  engineForDegrees,
  listedIn,
  overlapOf,
  type ParallelismSpec,
  type Scenario,
  type ServingSpec,
} from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";
import { batchScenario, searchable } from "./batch-scenario.ts";

/** Parameters of a search: the layout of a model, and the division of its batch. */
export interface Choice {
  readonly layers: ParallelismSpec["layers"];
  readonly pipeline: number;
  /** Slices of layers, if they are searched. */
  readonly interleave?: number;
  readonly expert: number;
  readonly tensor: number;
  readonly attentionTensor: number;
  readonly data: number;
  /** Null under schedulers that serve requests as they come. */
  readonly microBatches: number | null;
  readonly overlap: ServingSpec["overlap"]["kind"];
}

/** The choice that `scenario` makes itself; `plan` is its plan. */
export function choiceOf(scenario: Scenario, plan: Plan): Choice {
  const { parallelism, serving } = searchable(scenario);
  return {
    layers: parallelism.layers,
    pipeline: parallelism.pipeline,
    ...(parallelism.interleave === undefined ? {} : { interleave: parallelism.interleave }),
    expert: plan.expert,
    tensor: plan.tensor,
    attentionTensor: plan.attentionTensor,
    data: plan.replicas,
    microBatches: serving.scheduler.kind === "static" ? serving.scheduler.microBatches : null,
    overlap: serving.overlap.kind,
  };
}

/** Data groups of a stage. */
export function attentionData({ expert, tensor, attentionTensor }: Pick<Choice, "expert" | "tensor" | "attentionTensor">): number {
  return (expert * tensor) / attentionTensor;
}

/** `base` with another choice. */
export function scenarioWith(base: Scenario, choice: Choice): Scenario {
  const { layers, pipeline, expert, tensor, attentionTensor, data, microBatches, overlap } = choice;
  const slices = choice.interleave === undefined ? {} : { interleave: choice.interleave };
  const attention = { tensor: attentionTensor, data: attentionData(choice) };
  const scheduler = microBatches === null ? {} : { scheduler: dealtInto(base, microBatches) };
  const serving = { ...base.serving, ...scheduler, overlap: overlapLike(base, overlap) };
  const { context, partition } = base.parallelism; // no choices, but part of each
  const divided = partition === undefined ? {} : { partition };
  const shared = context === undefined ? {} : { context };
  const parallelism = { layers, pipeline, ...slices, ...divided, expert, tensor, data, attention, ...shared };
  return engineForDegrees({ ...base, parallelism, serving, assumed: assumedUnderOverlap({ ...base, serving }, listedIn(base)) });
}

/** Overlap of `base` if it has this kind; else with the defaults. */
function overlapLike({ serving }: Scenario, kind: Choice["overlap"]): ServingSpec["overlap"] {
  return serving.overlap.kind === kind ? serving.overlap : overlapOf(kind);
}

function dealtInto(base: Scenario, microBatches: number) {
  return { ...batchScenario(base).serving.scheduler, microBatches };
}

/** The choice as a study names it: paths of the scenario with their values. */
export function parametersOf(choice: Choice): Parameters {
  return {
    "parallelism.layers": choice.layers,
    "parallelism.pipeline": choice.pipeline,
    ...(choice.interleave === undefined ? {} : { "parallelism.interleave": choice.interleave }),
    "parallelism.expert": choice.expert,
    "parallelism.tensor": choice.tensor,
    "parallelism.attention.tensor": choice.attentionTensor,
    "parallelism.attention.data": attentionData(choice),
    "parallelism.data": choice.data,
    ...(choice.microBatches === null ? {} : { "serving.scheduler.microBatches": choice.microBatches }),
    "serving.overlap": choice.overlap,
  };
}
