import { type Stream, type Streams, uniformInteger, zipfWeights } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { ExpertChoice } from "../expert-choice.ts";
import { PopularityRouter } from "../popularity-router.ts";
import type { TokenRouter } from "../token-router.ts";

type ZipfGate = Extract<GateSpec, { kind: "zipf" }>;

/** The r-th most popular expert of a layer has weight 1/r^exponent; which expert is r-th is drawn for each layer, or once when shared. */
export function zipfGate(model: ModelSpec, gate: ZipfGate, streams: Streams): TokenRouter {
  const experts = model.experts?.count ?? 0;
  const topK = model.experts?.topK ?? 0;
  const weights = zipfWeights(experts, gate.exponent);
  const drawn = (name: string) => new ExpertChoice(permuted(weights, streams.stream(name)), topK);
  if (gate.shared) {
    const choice = drawn("routing/popularity");
    return new PopularityRouter("zipf", experts, () => choice, model.layers);
  }
  return new PopularityRouter("zipf", experts, (layer) => drawn(`routing/popularity/${layer}`), model.layers);
}

/** A copy of `weights` in random order (Fisher and Yates). */
function permuted(weights: Float64Array, stream: Stream): Float64Array {
  const order = weights.slice();
  for (let last = order.length - 1; last > 0; last--) {
    const other = uniformInteger(stream, 0, last);
    const weight = order[last]!;
    order[last] = order[other]!;
    order[other] = weight;
  }
  return order;
}
