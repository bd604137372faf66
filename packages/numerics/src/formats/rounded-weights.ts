import type { Matrix } from "../weights/matrix.ts";
import type { FeedForwardWeights, LayerWeights, MixerWeights, ModelWeights } from "../weights/model-weights.ts";
import { largest, roundRow } from "./blocks.ts";
import type { Formats, ProductPart } from "./formats.ts";

/** `weights` as a checkpoint in `formats` has them: scales are of the whole matrices, over blocks of inputs of each output, before ranks take their shards. */
export function roundedWeights({ layers, embedding, head }: ModelWeights, formats: Formats): ModelWeights {
  if (formats.isExact) return { layers, embedding, head };
  const of = (part: ProductPart) => {
    const precision = formats.weights(part)!;
    return <M extends Matrix | undefined>(matrix: M): M => (matrix === undefined ? matrix : (roundedMatrix(matrix, precision) as M));
  };
  const feedForward = (weights: FeedForwardWeights | undefined, part: ProductPart): FeedForwardWeights | undefined => {
    const round = of(part);
    return weights && { gate: round(weights.gate), up: round(weights.up), down: round(weights.down) };
  };
  const unquantised = of("unquantised");
  return {
    layers: layers.map(
      (layer): LayerWeights => ({
        mixer: layer.mixer && mixerOf(layer.mixer, of("attention"), of("attentionOutput")),
        dense: feedForward(layer.dense, "dense"),
        gate: unquantised(layer.gate),
        experts: layer.experts.map((expert) => feedForward(expert, "experts")!),
        shared: feedForward(layer.shared, "shared"),
        sharedGate: unquantised(layer.sharedGate),
      }),
    ),
    embedding: unquantised(embedding),
    head: of("head")(head),
  };
}

type Round = <M extends Matrix | undefined>(matrix: M) => M;

function mixerOf(weights: MixerWeights, round: Round, roundOutput: Round): MixerWeights {
  const output = roundOutput(weights.output);
  if (weights.kind === "grouped-query") {
    const { query, key, value, gate } = weights;
    return { ...weights, query: round(query), key: round(key), value: round(value), gate: round(gate), output };
  }
  const { down, queryDown, query, keyUp, valueUp, gate } = weights;
  return {
    ...weights,
    down: round(down),
    queryDown: round(queryDown),
    query: round(query),
    keyUp: round(keyUp),
    valueUp: round(valueUp),
    gate: round(gate),
    output,
  };
}

function roundedMatrix({ inFeatures, outFeatures, numbers }: Matrix, precision: Parameters<typeof roundRow>[2]): Matrix {
  const own = numbers.slice();
  const most = largest(own, { from: 0, count: own.length, step: 1 });
  for (let o = 0; o < outFeatures; o++) roundRow(own, { from: o, count: inFeatures, step: outFeatures }, precision, most);
  return { inFeatures, outFeatures, numbers: own };
}
