import { dirichlet, type Streams } from "@tokenyard/random";
import type { GateSpec, ModelSpec } from "@tokenyard/scenario";
import { drawnPopularity } from "../draws/drawn-popularity.ts";
import type { TokenRouter } from "../draws/token-router.ts";

type DirichletGate = Extract<GateSpec, { kind: "dirichlet" }>;

/** The experts' weights are one draw of the symmetric Dirichlet distribution: few popular experts when the concentration is small. */
export function dirichletGate(model: ModelSpec, gate: DirichletGate, streams: Streams): TokenRouter {
  return drawnPopularity(model, gate, streams, (stream, experts) => {
    const weights = new Float64Array(experts);
    dirichlet(stream, gate.concentration, weights);
    return weights;
  });
}
