import { type Stream, type Streams, uniformInteger, zipfWeights } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { drawnPopularity } from "../drawn-popularity.ts";
import type { TokenRouter } from "../token-router.ts";

type ZipfGate = Extract<GateSpec, { kind: "zipf" }>;

/** The r-th most popular expert of a layer has weight 1/r^exponent; which expert is r-th is drawn. */
export function zipfGate(model: ModelSpec, gate: ZipfGate, streams: Streams): TokenRouter {
  const weights = zipfWeights(model.experts?.count ?? 0, gate.exponent);
  return drawnPopularity(model, gate, streams, (stream) => permuted(weights, stream));
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
