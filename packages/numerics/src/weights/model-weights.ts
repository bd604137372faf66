import { sharedHiddenSize } from "@tokenyard/model";
import type { Stream, Streams } from "@tokenyard/random";
import type { MixerOf, MixerSpec, ModelSpec } from "@tokenyard/scenario";
import { isExecuted, type LayerSpec, layerSpecs } from "./layer-specs.ts";
import type { Matrix } from "./matrix.ts";

/** Weights of a feed-forward; one with three matrices has a gate. */
export interface FeedForwardWeights {
  readonly gate: Matrix | undefined;
  readonly up: Matrix;
  readonly down: Matrix;
}

/** Matrices of grouped-query attention: heads side by side. */
export interface GroupedWeights {
  readonly kind: "grouped-query";
  readonly query: Matrix;
  readonly key: Matrix;
  /** Undefined where keys are values. */
  readonly value: Matrix | undefined;
  /** Gate of the attention's outputs, if it has one. */
  readonly gate: Matrix | undefined;
  readonly output: Matrix;
  /** [heads] of the softmax, where they have one */
  readonly sinks: Float64Array | undefined;
}

/** Matrices of latent attention. */
export interface LatentWeights {
  readonly kind: "latent";
  /** Projection to the cached row: the source of keys and values, and the key that all heads share. */
  readonly down: Matrix;
  /** Projection to compressed queries, if there is one. */
  readonly queryDown: Matrix | undefined;
  readonly query: Matrix;
  /** Keys and values of all heads, of a cached row. */
  readonly keyUp: Matrix;
  readonly valueUp: Matrix;
  readonly gate: Matrix | undefined;
  readonly output: Matrix;
}

export type MixerWeights = GroupedWeights | LatentWeights;

/** The weights of one layer. Norms have none. */
export interface LayerWeights {
  /** Undefined for a layer without a mixer, or with one that is not executed. */
  readonly mixer: MixerWeights | undefined;
  readonly dense: FeedForwardWeights | undefined;
  readonly gate: Matrix | undefined;
  readonly experts: readonly FeedForwardWeights[];
  readonly shared: FeedForwardWeights | undefined;
  readonly sharedGate: Matrix | undefined;
}

export interface ModelWeights {
  readonly layers: readonly LayerWeights[];
  /** `vocabulary` × width: the row of each token. */
  readonly embedding: Matrix | undefined;
  readonly head: Matrix | undefined;
}

/** Random weights of `model`, each matrix from a stream of its name. */
export function modelWeights(model: ModelSpec, streams: Streams): ModelWeights {
  const { hiddenSize, vocabulary, tiedEmbedding } = model;
  const layers = layerSpecs(model).map((spec, layer) => layerWeights(model, spec, streams.under(`layer/${layer}`)));
  if (vocabulary === undefined) return { layers, embedding: undefined, head: undefined };
  const embedding = scaled(drawn(streams.fresh("embedding"), vocabulary, hiddenSize), Math.sqrt(vocabulary));
  const head = tiedEmbedding === true ? turned(embedding) : drawn(streams.fresh("head"), hiddenSize, vocabulary);
  return { layers, embedding, head };
}

function layerWeights(model: ModelSpec, { mixer, dense, routed }: LayerSpec, streams: Streams): LayerWeights {
  const { hiddenSize, experts } = model;
  const feedForward = (name: string, hidden: number, matrices: number): FeedForwardWeights => ({
    gate: matrices === 3 ? drawn(streams.fresh(`${name}/gate`), hiddenSize, hidden) : undefined,
    up: drawn(streams.fresh(`${name}/up`), hiddenSize, hidden),
    down: drawn(streams.fresh(`${name}/down`), hidden, hiddenSize),
  });
  const common = {
    mixer: mixerWeights(hiddenSize, mixer, streams),
    dense: dense && feedForward("dense", dense.hiddenSize, dense.matrices),
  };
  if (!routed || experts === undefined) return { ...common, gate: undefined, experts: [], shared: undefined, sharedGate: undefined };
  return {
    ...common,
    gate: drawn(streams.fresh("gate"), hiddenSize, experts.count),
    experts: Array.from({ length: experts.count }, (_, x) => feedForward(`expert/${x}`, experts.hiddenSize, experts.matrices)),
    shared: experts.shared > 0 ? feedForward("shared", sharedHiddenSize(experts), experts.matrices) : undefined,
    sharedGate: experts.shared > 0 && experts.sharedGate === true ? drawn(streams.fresh("shared-gate"), hiddenSize, 1) : undefined,
  };
}

function mixerWeights(hiddenSize: number, mixer: MixerSpec, streams: Streams): MixerWeights | undefined {
  if (!isExecuted(mixer)) return undefined;
  if (mixer.kind === "latent") return latentWeights(hiddenSize, mixer, streams);
  if (mixer.kind !== "grouped-query") return undefined;
  const { heads, kvHeads, headSize, valueSize = headSize, sharedKeyValue, outputGate, sinks } = mixer;
  const matrix = (name: string, from: number, to: number) => drawn(streams.fresh(`mixer/${name}`), from, to);
  return {
    kind: "grouped-query",
    query: matrix("query", hiddenSize, heads * headSize),
    key: matrix("key", hiddenSize, kvHeads * headSize),
    value: sharedKeyValue === true ? undefined : matrix("value", hiddenSize, kvHeads * valueSize),
    gate: outputGate === true ? matrix("gate", hiddenSize, heads * valueSize) : undefined,
    output: matrix("output", heads * valueSize, hiddenSize),
    sinks: sinks === true ? matrix("sinks", 1, heads).numbers : undefined,
  };
}

function latentWeights(hiddenSize: number, mixer: MixerOf<"latent">, streams: Streams): LatentWeights {
  const { heads, qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim, outputGate } = mixer;
  const matrix = (name: string, from: number, to: number) => drawn(streams.fresh(`mixer/${name}`), from, to);
  return {
    kind: "latent",
    down: matrix("down", hiddenSize, kvLoraRank + qkRopeHeadDim),
    queryDown: qLoraRank === undefined ? undefined : matrix("query-down", hiddenSize, qLoraRank),
    query: matrix("query", qLoraRank ?? hiddenSize, heads * (qkNopeHeadDim + qkRopeHeadDim)),
    keyUp: matrix("key-up", kvLoraRank, heads * qkNopeHeadDim),
    valueUp: matrix("value-up", kvLoraRank, heads * vHeadDim),
    gate: outputGate === true ? matrix("gate", hiddenSize, heads * vHeadDim) : undefined,
    output: matrix("output", heads * vHeadDim, hiddenSize),
  };
}

/** Uniform numbers of mean 0 whose variance is 1 over the inputs. */
function drawn(stream: Stream, inFeatures: number, outFeatures: number): Matrix {
  const most = Math.sqrt(3 / inFeatures);
  const numbers = new Float64Array(inFeatures * outFeatures);
  for (let i = 0; i < numbers.length; i++) numbers[i] = (2 * stream.next() - 1) * most;
  return { inFeatures, outFeatures, numbers };
}

function scaled({ numbers, ...sizes }: Matrix, factor: number): Matrix {
  return { ...sizes, numbers: numbers.map((number) => number * factor) };
}

function turned({ inFeatures, outFeatures, numbers }: Matrix): Matrix {
  const out = new Float64Array(numbers.length);
  const factor = 1 / Math.sqrt(outFeatures);
  for (let i = 0; i < inFeatures; i++)
    for (let o = 0; o < outFeatures; o++) out[o * inFeatures + i] = numbers[i * outFeatures + o]! * factor;
  return { inFeatures: outFeatures, outFeatures: inFeatures, numbers: out };
}
