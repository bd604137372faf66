import { type Streams, shuffle, zipfWeights } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { drawnPopularity } from "../draws/drawn-popularity.ts";
import type { TokenRouter } from "../draws/token-router.ts";

type ZipfGate = Extract<GateSpec, { kind: "zipf" }>;

/** The r-th most popular expert of a layer has weight 1/r^exponent; which expert is r-th is drawn. */
export function zipfGate(model: ModelSpec, gate: ZipfGate, streams: Streams): TokenRouter {
  return drawnPopularity(model, gate, streams, (stream, experts) => {
    const weights = zipfWeights(experts, gate.exponent);
    shuffle(stream, weights);
    return weights;
  });
}
