import { lognormal, type Stream, type Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { drawnPopularity } from "../draws/drawn-popularity.ts";
import type { TokenRouter } from "../draws/token-router.ts";

type LognormalGate = Extract<GateSpec, { kind: "lognormal" }>;

/** An expert's weight is exp(sigma · N), N a standard normal number of its own. */
export function lognormalGate(model: ModelSpec, gate: LognormalGate, streams: Streams): TokenRouter {
  return drawnPopularity(model, gate, streams, (stream, experts) => lognormalWeights(stream, experts, gate.sigma));
}

/** Weights [experts], adding up to 1. */
export function lognormalWeights(stream: Stream, experts: number, sigma: number): Float64Array {
  return summingToOne(Float64Array.from({ length: experts }, () => lognormal(stream, 0, sigma)));
}

/** `sizes` over their sum. */
export function summingToOne(sizes: Float64Array): Float64Array {
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sizes.map((size) => size / sum);
}
