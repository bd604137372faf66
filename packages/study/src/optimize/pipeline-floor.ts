import { layerKinds, windowedLayers } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import { LAYER_TYPES, layerType, MOE_TYPES, type PassFloor } from "./pass-floor.ts";

/** A micro-batch: what its prefill takes at least, and all its decode passes together. */
export interface MicroBatchFloor {
  readonly prefill: PassFloor;
  readonly decode: PassFloor;
  readonly decodePasses: number;
}

/** The pipeline of a replica. */
export interface Pipeline {
  /** [stages] */
  readonly stages: readonly StageLayers[];
  /** Slices of layers that a stage holds: a micro-batch visits it so many times. */
  readonly interleave: number;
  /** From the last stage back to the first. */
  readonly returnSeconds: number;
}

export interface StageLayers {
  /** Layers by type [layer types]. */
  readonly counts: readonly number[];
  readonly moeLayers: number;
  /** All layers, and how often a micro-batch comes for them. */
  readonly layers: number;
  readonly visits: number;
  readonly isLast: boolean;
  /** How often a layer with experts follows a dense one, on data groups that do not meet in the latter. */
  readonly turns: number;
}

/** Seconds that a replica takes at least. */
export interface ReplicaFloor {
  /** When each micro-batch has its first tokens [micro-batches]. */
  readonly firstTokens: Float64Array;
  /** When the last of them has. */
  readonly lastFirstToken: number;
  /** When everything is over. */
  readonly end: number;
}

/** The stages of a replica; those with the same layers are one object. */
export function stageLayers(model: ModelSpec, plan: Pick<Plan, "layersOfStage" | "stages" | "interleave" | "dataGroups">): StageLayers[] {
  const kinds = layerKinds(model);
  const windowed = windowedLayers(model);
  const known = new Map<string, StageLayers>();
  return plan.layersOfStage.map((layers, stage) => {
    const counts = new Array<number>(LAYER_TYPES).fill(0);
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

/** Seconds from admission to the end on the last rank of a stage, before the send. `kept`: as if no copy of a prefill is dropped. */
export function pathSeconds(floor: PassFloor, { counts, moeLayers, layers, visits, isLast, turns }: StageLayers, kept: boolean): number {
  let seconds = (isLast ? floor.headPath : 0) + visits * floor.hostPath + layers * floor.hostLayer;
  let entry = 0;
  for (let type = 0; type < LAYER_TYPES; type++) {
    seconds += counts[type]! * floor.path[type]!;
    if (counts[type]! > 0) entry = Math.max(entry, floor.entry[type]!);
  }
  seconds -= turns * entry; // the slowest group of a dense layer may be another than that of the layer with experts after it
  return kept ? seconds + moeLayers * floor.keptPath : seconds;
}

/** Seconds of kernels on a rank of a stage, in the mean over its ranks. */
export function computeSeconds(floor: PassFloor, { counts, moeLayers, layers, visits, isLast }: StageLayers, kept: boolean): number {
  let seconds = (isLast ? floor.headCompute : 0) + visits * floor.hostCompute + layers * floor.hostLayer;
  for (let type = 0; type < LAYER_TYPES; type++) seconds += counts[type]! * floor.compute[type]!;
  return kept ? seconds + moeLayers * floor.keptCompute : seconds;
}

/**
 * What the micro-batches of a replica take at least in its pipeline. They enter in order; a stage holds one of them at once, for its path,
 * and its ranks compute one kernel at a time. Waiting for a busy network is left out. `kept`: as `pathSeconds` says.
 */
export function replicaFloor(microBatches: readonly MicroBatchFloor[], pipeline: Pipeline, kept: boolean): ReplicaFloor {
  const { stages, returnSeconds } = pipeline;
  const count = microBatches.length;
  if (pipeline.interleave > 1) return interleavedFloor(microBatches, pipeline, kept);
  if (count === 0) return { firstTokens: new Float64Array(0), lastFirstToken: 0, end: 0 };
  const columns = stageColumns(microBatches, stages, kept);
  const last = stages.length - 1;
  const firstTokens = new Float64Array(count); // at first: when each has left the stages so far
  const decoding = Float64Array.from(microBatches, ({ decode, decodePasses }) => last * decode.send + decodePasses * returnSeconds);
  const rest = new Float64Array(count); // from the end of a stage to the first token
  for (let m = 0; m < count; m++) {
    for (let s = 1; s <= last; s++) rest[m]! += microBatches[m]!.prefill.send + columns[s]!.path[m]!;
    for (let s = 0; s <= last; s++) decoding[m]! += columns[s]!.decodePath[m]!;
  }

  let lastFirstToken = 0;
  let end = 0;
  for (let s = 0; s <= last; s++) {
    const { path, held, computed, heldByAll, computedByAll } = columns[s]!;
    let before = 0; // when the micro-batch before this one ends here
    let soonest = Number.POSITIVE_INFINITY;
    let shortestRest = Number.POSITIVE_INFINITY;
    for (let m = 0; m < count; m++) {
      const { send } = microBatches[m]!.prefill;
      const arrived = s === 0 ? 0 : firstTokens[m]! + send;
      soonest = Math.min(soonest, arrived);
      if (s > 0) rest[m]! -= send + path[m]!;
      shortestRest = Math.min(shortestRest, Math.max(0, rest[m]!));
      before = Math.max(arrived, before) + path[m]!;
      firstTokens[m] = before;
    }
    lastFirstToken = Math.max(lastFirstToken, soonest + Math.max(held, computed) + shortestRest);
    end = Math.max(end, soonest + Math.max(heldByAll, computedByAll));
  }
  for (let m = 0; m < count; m++) {
    lastFirstToken = Math.max(lastFirstToken, firstTokens[m]!);
    end = Math.max(end, firstTokens[m]! + decoding[m]!);
  }
  return { firstTokens, lastFirstToken, end: Math.max(end, lastFirstToken) };
}

/** Sends of a pass that are known to go to the next stage; those from the last stage back to the first are left out. */
export function sendsOf({ stages, interleave }: Pipeline): number {
  return (stages.length - 1) * interleave;
}

/**
 * The same where micro-batches go round the stages: nobody knows in which order a stage takes them. Each takes its own path through all
 * stages; and a stage holds one of them at once, computing one kernel at a time.
 */
function interleavedFloor(microBatches: readonly MicroBatchFloor[], pipeline: Pipeline, kept: boolean): ReplicaFloor {
  const { stages, returnSeconds } = pipeline;
  const sends = sendsOf(pipeline);
  const firstTokens = Float64Array.from(microBatches, ({ prefill }) => sends * prefill.send);
  const decoding = Float64Array.from(microBatches, ({ decode, decodePasses }) => sends * decode.send + decodePasses * returnSeconds);
  let lastFirstToken = 0;
  let end = 0;
  for (const { path, decodePath, held, computed, heldByAll, computedByAll } of stageColumns(microBatches, stages, kept)) {
    for (let m = 0; m < microBatches.length; m++) {
      firstTokens[m]! += path[m]!;
      decoding[m]! += decodePath[m]!;
    }
    lastFirstToken = Math.max(lastFirstToken, held, computed);
    end = Math.max(end, heldByAll, computedByAll);
  }
  for (let m = 0; m < microBatches.length; m++) {
    lastFirstToken = Math.max(lastFirstToken, firstTokens[m]!);
    end = Math.max(end, firstTokens[m]! + decoding[m]!);
  }
  return { firstTokens, lastFirstToken, end: Math.max(end, lastFirstToken) };
}

/** What a stage gives its time to: seconds by micro-batch, and those of all, prefill alone and with decode. */
interface StageColumns {
  readonly path: Float64Array;
  readonly decodePath: Float64Array;
  readonly held: number;
  readonly computed: number;
  readonly heldByAll: number;
  readonly computedByAll: number;
}

/** The columns of each stage; stages with the same layers share theirs. */
function stageColumns(microBatches: readonly MicroBatchFloor[], stages: readonly StageLayers[], kept: boolean): StageColumns[] {
  const known = new Map<StageLayers, StageColumns>();
  return stages.map((stage) => {
    const columns = known.get(stage) ?? columnsOf(microBatches, stage, kept);
    known.set(stage, columns);
    return columns;
  });
}

function columnsOf(microBatches: readonly MicroBatchFloor[], stage: StageLayers, kept: boolean): StageColumns {
  const path = new Float64Array(microBatches.length);
  const decodePath = new Float64Array(microBatches.length);
  let held = 0;
  let computed = 0;
  let heldByAll = 0;
  let computedByAll = 0;
  for (const [m, { prefill, decode }] of microBatches.entries()) {
    path[m] = pathSeconds(prefill, stage, kept);
    decodePath[m] = pathSeconds(decode, stage, kept);
    held += path[m]!;
    computed += computeSeconds(prefill, stage, kept);
    heldByAll += path[m]! + decodePath[m]!;
    computedByAll += computeSeconds(prefill, stage, kept) + computeSeconds(decode, stage, kept);
  }
  return { path, decodePath, held, computed, heldByAll, computedByAll };
}
