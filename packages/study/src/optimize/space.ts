import { compilePlan, type Plan } from "@tokenyard/placement";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import type { ParameterValue } from "../point.ts";
import { isDealt, searchable } from "./batch-scenario.ts";
import { type Choice, choiceOf, scenarioWith } from "./choice.ts";

/** Paths of the scenario that a search decides. */
export const DECIDED = [
  "parallelism.layers",
  "parallelism.pipeline",
  "parallelism.interleave",
  "parallelism.expert",
  "parallelism.tensor",
  "parallelism.attention.tensor",
  "parallelism.data",
  "serving.scheduler.microBatches",
  "serving.overlap",
] as const;
export type Decided = (typeof DECIDED)[number];

/** Values to look at, where they are fewer or others than those that a search would take. */
export type Only = Readonly<Partial<Record<Decided, readonly ParameterValue[]>>>;

export interface SpaceOptions {
  /** Most GPUs that a plan may have. */
  readonly maxGpus: number;
  readonly only?: Only;
}

interface Depth extends Pick<Choice, "layers" | "pipeline"> {
  readonly stages: number;
}

type Degrees = Pick<Choice, "expert" | "tensor" | "attentionTensor">;

/**
 * The plans to choose among, each once; first the one of the scenario itself, when it is among them. All legal expert, tensor and attention
 * degrees; of pipeline stages the fewest for each size of the fullest, at most one for each layer, with `own-ranks` one for each; replicas
 * up to the sequences, or users of a closed loop, and micro-batches, where a batch is dealt out, up to those of a replica, in steps that grow
 * with them. Choices with the same degrees follow one
 * another. Throws Problems when there are none.
 */
export function* choicesOf(scenario: Scenario, { maxGpus, only = {} }: SpaceOptions): Generator<Choice> {
  const own = ownChoice(scenario);
  const sequences = mostAtOnce(searchable(scenario));
  const depths = depthsOf(scenario, only);
  const seen = new Set<string>();
  const isNew = (choice: Choice, stages: number) => {
    const key = planKey(choice, stages, sequences);
    return !seen.has(key) && seen.add(key) !== undefined;
  };
  const ownDepth = depths.find(({ layers, pipeline }) => layers === own?.layers && pipeline === own.pipeline);
  if (own !== undefined && ownDepth !== undefined && isWithin(own, only) && gpusOf(own, ownDepth) <= maxGpus) {
    isNew(own, ownDepth.stages);
    yield own;
  }

  for (const degrees of degreesOf(scenario, only, maxGpus)) {
    const ranksPerStage = degrees.expert * degrees.tensor;
    const mostReplicas = Math.floor(maxGpus / ranksPerStage);
    for (const data of counts(only["parallelism.data"]) ?? steps(Math.min(sequences, mostReplicas), own?.data)) {
      const ofReplica = Math.ceil(sequences / data);
      for (const microBatches of isDealt(scenario) ? microBatchesOf(ofReplica, own, only) : [null]) {
        for (const depth of depths) {
          if (depth.stages * ranksPerStage * data > maxGpus) continue;
          for (const slices of interleaves(scenario, only, depth)) {
            for (const overlap of overlaps(only)) {
              const { layers, pipeline } = depth;
              const choice: Choice = { layers, pipeline, ...slices, ...degrees, data, microBatches, overlap };
              if (isNew(choice, depth.stages)) yield choice;
            }
          }
        }
      }
    }
  }
}

function microBatchesOf(sequences: number, own: Choice | undefined, only: Only): number[] {
  return counts(only["serving.scheduler.microBatches"]) ?? doublings(sequences, own?.microBatches ?? undefined);
}

/** Requests that can be served at once, as far as is known: more replicas would stand idle. */
function mostAtOnce({ workload }: Scenario): number {
  if (workload.kind === "batch") return workload.sequences;
  return workload.kind === "closed" ? workload.concurrency : Number.POSITIVE_INFINITY;
}

/** Choices with one key run alike: as many stages, and none of what differs has anything to do. */
function planKey(choice: Choice, stages: number, sequences: number): string {
  const { expert, tensor, attentionTensor, data, microBatches, overlap } = choice;
  const degrees = [expert, tensor, attentionTensor, data, stages, choice.interleave ?? 1];
  if (microBatches === null) return [...degrees, overlap].join(":");
  const filled = Math.min(microBatches, Math.ceil(sequences / data));
  return [...degrees, filled, filled === 1 ? "none" : overlap].join(":");
}

function gpusOf({ expert, tensor, data }: Choice, { stages }: Depth): number {
  return stages * expert * tensor * data;
}

function isWithin(choice: Choice, only: Only): boolean {
  const values: Readonly<Record<Decided, ParameterValue>> = {
    "parallelism.layers": choice.layers,
    "parallelism.pipeline": choice.pipeline,
    "parallelism.interleave": choice.interleave ?? 1,
    "parallelism.expert": choice.expert,
    "parallelism.tensor": choice.tensor,
    "parallelism.attention.tensor": choice.attentionTensor,
    "parallelism.data": choice.data,
    "serving.scheduler.microBatches": choice.microBatches,
    "serving.overlap": choice.overlap,
  };
  return DECIDED.every((path) => only[path]?.includes(values[path]) ?? true);
}

/** Ways to lay out the layers, one for each number of stages; the scenario's own first. Throws Problems when there are none. */
function depthsOf(scenario: Scenario, only: Only): Depth[] {
  const { model, parallelism } = scenario;
  const layouts = (only["parallelism.layers"] ?? [parallelism.layers, "shared-ranks", "own-ranks"]) as Choice["layers"][];
  const pipelines = counts(only["parallelism.pipeline"]) ?? withOwn(fewest(model.layers), parallelism.pipeline, model.layers);
  const depths = new Map<number, Depth>();
  for (const layers of layouts) {
    const isOwn = layers === "own-ranks";
    const fitting = isOwn ? pipelines.filter((pipeline) => pipeline <= model.layers) : pipelines;
    const grouped = fitting.includes(parallelism.pipeline) ? parallelism.pipeline : fitting[0]; // it only groups the count
    for (const pipeline of isOwn && grouped !== undefined ? [grouped] : fitting) {
      const stages = isOwn ? model.layers : pipeline;
      if (!depths.has(stages)) depths.set(stages, { layers, pipeline, stages });
    }
  }
  if (depths.size === 0) compilePlan({ ...scenario, parallelism: { ...parallelism, layers: "own-ranks", pipeline: pipelines[0]! } }); // tells why
  return [...depths.values()];
}

/** The legal degrees of a stage with at most `maxGpus` ranks. */
function degreesOf(scenario: Scenario, only: Only, maxGpus: number): Degrees[] {
  const { model } = scenario;
  const experts = counts(only["parallelism.expert"]) ?? divisorsOf(model.experts?.count ?? 1);
  const tensors = counts(only["parallelism.tensor"]) ?? divisorsOf(model.attention.heads);
  const legal: Degrees[] = [];
  let problems: readonly Problem[] = [];
  for (const expert of experts) {
    for (const tensor of tensors) {
      if (expert * tensor > maxGpus) continue;
      const attention =
        counts(only["parallelism.attention.tensor"]) ??
        divisorsOf(model.attention.heads).filter((a) => a % tensor === 0 || tensor % a === 0);
      for (const attentionTensor of attention.length > 0 ? attention : [tensor]) {
        if ((expert * tensor) % attentionTensor !== 0) continue;
        const degrees = { expert, tensor, attentionTensor };
        const found = problemsOf(scenario, degrees);
        if (found.length === 0) legal.push(degrees);
        else problems = found;
      }
    }
  }
  const wanted = "degrees that divide the model's sizes, within the GPUs";
  if (legal.length === 0) throw new Problems(problems.length > 0 ? problems : [{ path: ["parallelism"], wanted }]);
  return legal;
}

function problemsOf(scenario: Scenario, degrees: Degrees): readonly Problem[] {
  const microBatches = isDealt(scenario) ? 1 : null;
  const choice: Choice = { layers: "shared-ranks", pipeline: 1, data: 1, microBatches, overlap: "none", ...degrees };
  const plan = planOrProblems(scenarioWith(scenario, choice));
  return "problems" in plan ? plan.problems : [];
}

/** The choice of a scenario whose plan is legal. */
export function ownChoice(scenario: Scenario): Choice | undefined {
  const plan = planOrProblems(scenario);
  return "problems" in plan ? undefined : choiceOf(scenario, plan);
}

function planOrProblems(scenario: Scenario): Plan | Problems {
  try {
    return compilePlan(scenario);
  } catch (error) {
    if (error instanceof Problems) return error;
    throw error;
  }
}

/** Slices of layers are a question where the scenario has some, or the search is told to try them; one slice is always legal. */
function interleaves({ model, parallelism }: Scenario, only: Only, { layers, pipeline }: Depth): Pick<Choice, "interleave">[] {
  const asked = counts(only["parallelism.interleave"]);
  if (asked === undefined && parallelism.interleave === undefined) return [{}];
  const most = layers === "own-ranks" || pipeline === 1 ? 1 : Math.max(1, Math.floor(model.layers / pipeline));
  const values = asked ?? [1, parallelism.interleave!];
  return [...new Set(values)].filter((interleave) => interleave <= most).map((interleave) => ({ interleave }));
}

function overlaps(only: Only): Choice["overlap"][] {
  return (only["serving.overlap"] as Choice["overlap"][] | undefined) ?? ["none", "two-batch"];
}

function counts(values: readonly ParameterValue[] | undefined): number[] | undefined {
  return values?.map(Number);
}

/** The fewest parts for each size that the largest part of `total` may have, rising: of 16 1, 2, 3, 4, 6, 8, 16. */
export function fewest(total: number): number[] {
  const parts: number[] = [];
  for (let size = total; size >= 1; size--) {
    const count = Math.ceil(total / size);
    if (parts.at(-1) !== count) parts.push(count);
  }
  return parts;
}

/** 1 … 8, then four steps for each doubling, up to `most`; and `own`. */
export function steps(most: number, own?: number): number[] {
  const values: number[] = [];
  for (let value = 1, step = 1; value <= most; value += step) {
    values.push(value);
    if (value === 8 * step) step *= 2;
  }
  return withOwn(values, own, most);
}

/** 1, 2, 4, … and `most`; and `own`. */
export function doublings(most: number, own?: number): number[] {
  const values: number[] = [];
  for (let value = 1; value < most; value *= 2) values.push(value);
  return withOwn([...values, most], own, most);
}

function withOwn(values: readonly number[], own: number | undefined, most: number): number[] {
  return own === undefined || own > most || values.includes(own) ? [...values] : [...values, own].sort((a, b) => a - b);
}

/** The divisors of a whole number, rising. */
function divisorsOf(number: number): number[] {
  return Array.from({ length: number }, (_, i) => i + 1).filter((divisor) => number % divisor === 0);
}
