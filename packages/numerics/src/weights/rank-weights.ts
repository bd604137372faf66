import type { Plan } from "@tokenyard/placement";
import type { MixerSpec, ModelSpec } from "@tokenyard/scenario";
import { type LayerSpec, layerSpecs } from "./layer-specs.ts";
import { columnsOf, type Matrix, rowsOf } from "./matrix.ts";
import type { FeedForwardWeights, GroupedWeights, LayerWeights, ModelWeights } from "./model-weights.ts";

/** Weights of a layer on one rank; `experts` by its own slots, undefined for an empty one. */
export interface RankLayerWeights extends Omit<LayerWeights, "experts"> {
  readonly slots: readonly (FeedForwardWeights | undefined)[];
}

/** Parts of a model whose weights may be stored in formats of their own. */
export type WeightPart = "attention" | "attentionOutput" | "dense" | "shared" | "experts" | "unquantised" | "head";

/** What one rank holds of the weights, and nothing else of them. */
export interface RankWeights {
  /** By layer; layers of other stages are missing. */
  readonly layers: ReadonlyMap<number, RankLayerWeights>;
  /** Columns of the head. */
  readonly head: Matrix | undefined;
  /** Weights that it holds, the embedding's rows among them, by what their format is that of. */
  readonly counts: Readonly<Record<WeightPart, number>>;
}

/** The shards of local rank `local` of pipeline stage `stage`. Source: docs/models.md#shards. */
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
    counts.experts += slots.length * sizeOf(filled?.gate, filled?.up, filled?.down); // an empty slot takes as much
    counts.attention += sizeOf(mixer?.query, mixer?.key, mixer?.value, mixer?.gate);
    counts.attentionOutput += sizeOf(mixer?.output);
    counts.dense += sizeOf(dense?.gate, dense?.up, dense?.down);
    counts.shared += sizeOf(shared?.gate, shared?.up, shared?.down);
    counts.unquantised += sizeOf(gate, sharedGate);
  }
  return { layers, head, counts };
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

function mixerShard(whole: GroupedWeights, mixer: MixerSpec, place: number, ranks: number): GroupedWeights {
  if (mixer.kind !== "grouped-query") throw new Error(`no shards of a ${mixer.kind} mixer`);
  const { heads, kvHeads, headSize, valueSize = headSize } = mixer;
  const own = heads / ranks;
  const first = place * own;
  const ownKv = Math.max(1, kvHeads / ranks);
  const firstKv = Math.floor((place * kvHeads) / ranks); // more ranks than KV heads: several have the same
  const columns = (matrix: Matrix | undefined, at: number, count: number, size: number) =>
    matrix && columnsOf(matrix, at * size, (at + count) * size);
  return {
    query: columns(whole.query, first, own, headSize)!,
    key: columns(whole.key, firstKv, ownKv, headSize)!,
    value: columns(whole.value, firstKv, ownKv, valueSize),
    gate: columns(whole.gate, first, own, valueSize),
    output: rowsOf(whole.output, first * valueSize, (first + own) * valueSize),
    sinks: whole.sinks?.slice(first, first + own),
  };
}
