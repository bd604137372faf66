import type { Scenario } from "@tokenyard/scenario";
import type { ParameterValue } from "../../points/point.ts";
import { isDealt, searchable } from "./batch-scenario.ts";
import { attentionData, type Choice } from "./choice.ts";
import { DECIDED, type Decided, type Only } from "./decided.ts";
import { counts, doublings, steps } from "./ladder.ts";
import { isLaunchable } from "./launchable.ts";
import { type Depth, degreesOf, depthsOf, ownChoice } from "./layout.ts";

export interface SpaceOptions {
  /** Most GPUs that a plan may have. */
  readonly maxGpus: number;
  readonly only?: Only;
}

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
  // combinations that an engine refuses are examined only on request or without an engine: none deals out batches
  const isAsked = (choice: Choice) =>
    isDealt(scenario) ||
    isLaunchable(choice) ||
    (choice.layers === "own-ranks" && (own?.layers === "own-ranks" || only["parallelism.layers"] !== undefined)) ||
    (choice.overlap !== "none" && only["serving.overlap"] !== undefined);
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
            for (const overlap of overlaps(scenario, only)) {
              const { layers, pipeline } = depth;
              const choice: Choice = { layers, pipeline, ...slices, ...degrees, data, microBatches, overlap };
              if (isAsked(choice) && isNew(choice, depth.stages)) yield choice;
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

/** Requests that can be served at once, as far as is known: more replicas would be idle. */
export function mostAtOnce({ workload }: Scenario): number {
  if (workload.kind === "batch" || workload.kind === "steady-decode") return workload.sequences;
  return workload.kind === "closed" ? workload.concurrency : Number.POSITIVE_INFINITY;
}

/** Key of choices that run alike: as many stages, and the differing parts have no effect. */
function planKey(choice: Choice, stages: number, sequences: number): string {
  const { expert, tensor, attentionTensor, data, microBatches } = choice;
  const overlap = expert * tensor === 1 ? "none" : choice.overlap; // one rank has nothing to hide
  const degrees = [expert, tensor, attentionTensor, data, stages, choice.interleave ?? 1];
  if (microBatches === null) return [...degrees, overlap].join(":");
  const filled = Math.min(microBatches, Math.ceil(sequences / data));
  return [...degrees, filled, overlap].join(":");
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
    "parallelism.attention.data": attentionData(choice),
    "parallelism.data": choice.data,
    "serving.scheduler.microBatches": choice.microBatches,
    "serving.overlap": choice.overlap,
  };
  return DECIDED.every((path) => only[path]?.includes(values[path]) ?? true);
}

/** Slices of layers are searched if the scenario has some, or on request; one slice is always legal. */
function interleaves({ model, parallelism }: Scenario, only: Only, { layers, pipeline }: Depth): Pick<Choice, "interleave">[] {
  const asked = counts(only["parallelism.interleave"]);
  if (asked === undefined && parallelism.interleave === undefined) return [{}];
  const most = layers === "own-ranks" || pipeline === 1 ? 1 : Math.max(1, Math.floor(model.layers / pipeline));
  const values = asked ?? [1, parallelism.interleave!];
  return [...new Set(values)].filter((interleave) => interleave <= most).map((interleave) => ({ interleave }));
}

/** Under load no engine runs halves of passes beside each other unless it is started so, and experts of such passes do not go by their law. */
function overlaps(scenario: Scenario, only: Only): Choice["overlap"][] {
  const asked = only["serving.overlap"] as Choice["overlap"][] | undefined;
  return asked ?? (isDealt(scenario) ? ["none", "two-batch"] : [...new Set(["none", scenario.serving.overlap.kind] as const)]);
}
