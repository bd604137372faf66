import { layerKinds, windowedLayers } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import type { DealtMicroBatches } from "../batches/dealt-micro-batches.ts";
import {
  COMPUTE,
  ENTRY,
  HEAD_COMPUTE,
  HEAD_PATH,
  HOST_COMPUTE,
  HOST_LAYER,
  HOST_PATH,
  LAYER_TYPES,
  layerType,
  MOE_TYPES,
  PASS_FLOOR,
  PATH,
} from "./pass-floor.ts";

/** Micro-batches with lower bounds of their passes; [rows × PASS_FLOOR] for the floors. */
export interface FlooredBatch {
  readonly microBatches: Pick<DealtMicroBatches, "replicaStarts" | "isLikeBefore" | "rowOf" | "decodePasses">;
  readonly prefills: Float64Array;
  /** All decode passes of a micro-batch together. */
  readonly decodes: Float64Array;
}

/** The pipeline of a replica. */
export interface Pipeline {
  /** [stages] those with the same layers are one object. */
  readonly stages: readonly StageLayers[];
  /** Distinct kinds of stages, the number of stages of each, and the kind of each stage. */
  readonly kinds: readonly StageLayers[];
  readonly stagesOfKind: Int32Array;
  readonly kindOf: Int32Array;
  /** Slices of layers that a stage holds, which is how often a micro-batch visits it. */
  readonly interleave: number;
  /** Seconds of a send from the last stage back to the first. */
  readonly returnSeconds: number;
}

export interface StageLayers {
  /** Layers by type [layer types]. */
  readonly counts: Float64Array;
  readonly moeLayers: number;
  /** Layers of a stage, and the visits of a micro-batch. */
  readonly layers: number;
  readonly visits: number;
  readonly isLast: boolean;
  /** Number of layers with experts that follow a dense one, in which data groups do not meet. */
  readonly turns: number;
}

/** The stages of a replica; those with the same layers are one object. */
export function stageLayers(model: ModelSpec, plan: Pick<Plan, "layersOfStage" | "stages" | "interleave" | "dataGroups">): StageLayers[] {
  const kinds = layerKinds(model);
  const windowed = windowedLayers(model);
  const known = new Map<string, StageLayers>();
  return plan.layersOfStage.map((layers, stage) => {
    const counts = new Float64Array(LAYER_TYPES);
    for (const layer of layers) counts[layerType(kinds[layer] === "moe", windowed[layer]!)]! += 1;
    const moeLayers = counts.slice(MOE_TYPES).reduce((sum, count) => sum + count, 0);
    const isTurn = (layer: number, i: number) => i > 0 && kinds[layer] === "moe" && kinds[layers[i - 1]!] === "dense";
    const turns = plan.dataGroups > 1 ? layers.filter(isTurn).length : 0;
    const isLast = stage === plan.stages - 1;
    const key = `${counts.join()}:${isLast}:${turns}`;
    const made = known.get(key) ?? { counts, moeLayers, layers: layers.length, visits: plan.interleave, isLast, turns };
    known.set(key, made);
    return made;
  });
}

/** A pipeline of these stages. */
export function pipelineOf(stages: readonly StageLayers[], interleave: number, returnSeconds: number): Pipeline {
  const kinds = [...new Set(stages)];
  const stagesOfKind = new Int32Array(kinds.length);
  const kindOf = Int32Array.from(stages, (stage) => kinds.indexOf(stage));
  for (const kind of kindOf) stagesOfKind[kind]!++;
  return { stages, kinds, stagesOfKind, kindOf, interleave, returnSeconds };
}

/** Seconds from admission to the end on the last rank of a stage, before the send. */
export function pathSeconds(floors: Float64Array, row: number, stage: StageLayers): number {
  const { counts, layers, visits, isLast, turns } = stage;
  const at = row * PASS_FLOOR;
  let seconds = (isLast ? floors[at + HEAD_PATH]! : 0) + visits * floors[at + HOST_PATH]! + layers * floors[at + HOST_LAYER]!;
  let entry = 0;
  for (let type = 0; type < LAYER_TYPES; type++) {
    const count = counts[type]!;
    if (count === 0) continue;
    seconds += count * floors[at + PATH + type]!;
    if (turns > 0) entry = Math.max(entry, floors[at + ENTRY + type]!);
  }
  return seconds - turns * entry; // the slowest group of a dense layer may be another than that of the layer with experts after it
}

/** Mean seconds of kernels over the ranks of a stage. */
export function computeSeconds(floors: Float64Array, row: number, stage: StageLayers): number {
  const { counts, layers, visits, isLast } = stage;
  const at = row * PASS_FLOOR;
  let seconds = (isLast ? floors[at + HEAD_COMPUTE]! : 0) + visits * floors[at + HOST_COMPUTE]! + layers * floors[at + HOST_LAYER]!;
  for (let type = 0; type < LAYER_TYPES; type++) if (counts[type]! > 0) seconds += counts[type]! * floors[at + COMPUTE + type]!;
  return seconds;
}

/** Sends of a pass that are known to go to the next stage; those from the last stage back to the first are left out. */
export function sendsOf({ stages, interleave }: Pipeline): number {
  return (stages.length - 1) * interleave;
}
