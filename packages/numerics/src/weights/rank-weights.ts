import type { Plan } from "@tokenyard/placement";
import type { MixerOf, MixerSpec, ModelSpec } from "@tokenyard/scenario";
import { type LayerSpec, layerSpecs } from "./layer-specs.ts";
import { columnsOf, type Matrix, rowsOf } from "./matrix.ts";
import type { FeedForwardWeights, GroupedWeights, LatentWeights, LayerWeights, MixerWeights, ModelWeights } from "./model-weights.ts";

/** Weights of a layer on one rank; `experts` by its own slots, undefined for an empty one. */
export interface RankLayerWeights extends Omit<LayerWeights, "experts"> {
  readonly slots: readonly (FeedForwardWeights | undefined)[];
}

/** Parts of a model whose weights may be stored in formats of their own. */
export type WeightPart = "attention" | "attentionOutput" | "dense" | "shared" | "experts" | "unquantised" | "head";

/** Weights of one rank, and no others. */
export interface RankWeights {
  /** By layer; layers of other stages are missing. */
  readonly layers: ReadonlyMap<number, RankLayerWeights>;
  /** Columns of the head. */
  readonly head: Matrix | undefined;
  /** Number of the rank's weights, including rows of the embedding, by part of the model with one format. */
  readonly counts: Readonly<Record<WeightPart, number>>;
}

/** The shards of local rank `local` of pipeline stage `stage`. Source: docs/models/parameters.md#shards. */
export function rankWeights(whole: ModelWeights, model: ModelSpec, plan: Plan, stage: number, local: number): RankWeights {
  const specs = layerSpecs(model);
  const layers = new Map<number, RankLayerWeights>();
  for (const layer of plan.layersOfStage[stage]!) layers.set(layer, layerShards(whole.layers[layer]!, specs[layer]!, plan, layer, local));
  const isLast = stage === plan.stages - 1;
  const { vocabulary = 0, tiedEmbedding, hiddenSize } = model;
  const place = local % plan.attentionTensor;
  const shard = Math.ceil(vocabulary / plan.attentionTensor);
  const head = isLast && whole.head !== undefined ? columnsOf(whole.head, place * shard, (place + 1) * shard) : undefined;
  const embedding = (stage === 0 ? 1 : 0) * shard * hiddenSize;
  const heads = (isLast && !(tiedEmbedding === true && plan.stages === 1) ? 1 : 0) * shard * hiddenSize;
  const counts = { attention: 0, attentionOutput: 0, dense: 0, shared: 0, experts: 0, unquantised: embedding, head: heads };
  for (const { slots, mixer, dense, gate, shared, sharedGate } of layers.values()) {
    const filled = slots.find((slot) => slot !== undefined);
    counts.experts += slots.length * sizeOf(filled?.gate, filled?.up, filled?.down); // an empty slot needs as much
    counts.attention += mixer === undefined ? 0 : sizeOf(...inputsOf(mixer));
    counts.attentionOutput += sizeOf(mixer?.output);
    counts.dense += sizeOf(dense?.gate, dense?.up, dense?.down);
    counts.shared += sizeOf(shared?.gate, shared?.up, shared?.down);
    counts.unquantised += sizeOf(gate, sharedGate);
  }
  return { layers, head, counts };
}

/** Matrices of a mixer but for its output. */
function inputsOf(mixer: MixerWeights): readonly (Matrix | undefined)[] {
  if (mixer.kind === "grouped-query") return [mixer.query, mixer.key, mixer.value, mixer.gate];
  return [mixer.down, mixer.queryDown, mixer.query, mixer.keyUp, mixer.valueUp, mixer.gate];
}

function sizeOf(...matrices: readonly (Matrix | undefined)[]): number {
  return matrices.reduce((sum, matrix) => sum + (matrix?.numbers.length ?? 0), 0);
}

function layerShards(whole: LayerWeights, spec: LayerSpec, plan: Plan, layer: number, local: number): RankLayerWeights {
  const { attentionTensor, sharedTensor, tensor, expertPlacement } = plan;
  const place = local % attentionTensor;
  const e = Math.floor(local / tensor);
  const slots: (FeedForwardWeights | undefined)[] = [];
  if (spec.routed && expertPlacement !== undefined) {
    const { offsets, expertIn } = expertPlacement.slots(layer);
    for (let slot = offsets[e]!; slot < offsets[e + 1]!; slot++) {
      const expert = expertIn[slot]!;
      slots.push(expert < 0 ? undefined : feedForwardShard(whole.experts[expert]!, local % tensor, tensor));
    }
  }
  return {
    mixer: whole.mixer && mixerShard(whole.mixer, spec.mixer, place, attentionTensor),
    dense: whole.dense && feedForwardShard(whole.dense, place, attentionTensor),
    gate: whole.gate,
    slots,
    shared: whole.shared && feedForwardShard(whole.shared, place % sharedTensor, sharedTensor),
    sharedGate: whole.sharedGate,
  };
}

function feedForwardShard({ gate, up, down }: FeedForwardWeights, place: number, ranks: number): FeedForwardWeights {
  if (ranks === 1) return { gate, up, down };
  const own = Math.ceil(up.outFeatures / ranks);
  const [from, to] = [place * own, (place + 1) * own];
  return { gate: gate && columnsOf(gate, from, to), up: columnsOf(up, from, to), down: rowsOf(down, from, to) };
}

function mixerShard(whole: MixerWeights, mixer: MixerSpec, place: number, ranks: number): MixerWeights {
  if (whole.kind === "latent" && mixer.kind === "latent") return latentShard(whole, mixer, place, ranks);
  if (whole.kind === "grouped-query" && mixer.kind === "grouped-query") return groupedShard(whole, mixer, place, ranks);
  throw new Error(`no shards of a ${mixer.kind} mixer`);
}

/** Columns of `count` heads from head `at` on. */
function headsOf(matrix: Matrix, at: number, count: number, size: number): Matrix {
  return columnsOf(matrix, at * size, (at + count) * size);
}

function groupedShard(whole: GroupedWeights, mixer: MixerOf<"grouped-query">, place: number, ranks: number): GroupedWeights {
  const { heads, kvHeads, headSize, valueSize = headSize } = mixer;
  const own = heads / ranks;
  const first = place * own;
  const ownKv = Math.max(1, kvHeads / ranks);
  const firstKv = Math.floor((place * kvHeads) / ranks); // more ranks than KV heads: several have the same
  return {
    kind: "grouped-query",
    query: headsOf(whole.query, first, own, headSize),
    key: headsOf(whole.key, firstKv, ownKv, headSize),
    value: whole.value && headsOf(whole.value, firstKv, ownKv, valueSize),
    gate: whole.gate && headsOf(whole.gate, first, own, valueSize),
    output: rowsOf(whole.output, first * valueSize, (first + own) * valueSize),
    sinks: whole.sinks?.slice(first, first + own),
  };
}

/** Shard of latent attention: matrices that belong to no head are whole on every rank. */
function latentShard(whole: LatentWeights, mixer: MixerOf<"latent">, place: number, ranks: number): LatentWeights {
  const { heads, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = mixer;
  const own = heads / ranks;
  const first = place * own;
  return {
    ...whole,
    query: headsOf(whole.query, first, own, qkNopeHeadDim + qkRopeHeadDim),
    keyUp: headsOf(whole.keyUp, first, own, qkNopeHeadDim),
    valueUp: headsOf(whole.valueUp, first, own, vHeadDim),
    gate: whole.gate && headsOf(whole.gate, first, own, vHeadDim),
    output: rowsOf(whole.output, first * vHeadDim, (first + own) * vHeadDim),
  };
}
