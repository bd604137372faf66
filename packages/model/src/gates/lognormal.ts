import { lognormal, type Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { drawnPopularity } from "../drawn-popularity.ts";
import type { TokenRouter } from "../token-router.ts";

type LognormalGate = Extract<GateSpec, { kind: "lognormal" }>;

/** An expert's weight is exp(sigma · N), N a standard normal number of its own. */
export function lognormalGate(model: ModelSpec, gate: LognormalGate, streams: Streams): TokenRouter {
  return drawnPopularity(model, gate, streams, (stream, experts) => {
    const sizes = Float64Array.from({ length: experts }, () => lognormal(stream, 0, gate.sigma));
    const sum = sizes.reduce((total, size) => total + size, 0);
    return sizes.map((size) => size / sum);
  });
}
