import type { Streams } from "@tokenyard/random";
import { type GateSpec, type ModelSpec, type Problem, Problems, type RoutingSpec } from "@tokenyard/scenario";
import type { Overflow } from "./capacity/overflow.ts";
import type { TokenRouter } from "./draws/token-router.ts";
import { BalancedGate } from "./gates/balanced.ts";
import { correlatedGate } from "./gates/correlated.ts";
import { dirichletGate } from "./gates/dirichlet.ts";
import { driftingGate } from "./gates/drifting.ts";
import { groupedGate, groupedProblems, setsOf } from "./gates/grouped.ts";
import { lognormalGate } from "./gates/lognormal.ts";
import { recordedGate, recordedProblems } from "./gates/recorded.ts";
import { uniformGate } from "./gates/uniform.ts";
import { zipfGate } from "./gates/zipf.ts";
import { modelProblems } from "./layers/layer.ts";
import { DropOverflow } from "./overflows/drop.ts";
import { DropByPosition } from "./overflows/drop-by-position.ts";
import { DropoutOverflow } from "./overflows/dropout.ts";
import { NoOverflow } from "./overflows/none.ts";
import { RerouteOverflow } from "./overflows/reroute.ts";

/** The token router of a gate. What is popular is drawn here, once. `classShares`: how often requests of each class come, in proportion; `order`: in which a gate that deals copies out goes round the experts; undefined: by their numbers. Throws Problems where the model or the gate contradicts itself or the other. */
export function createTokenRouter(
  model: ModelSpec,
  gate: GateSpec,
  streams: Streams,
  classShares: readonly number[] = [1],
  order?: () => Int32Array | undefined,
): TokenRouter {
  const problems = [...modelProblems(model), ...gateProblems(model, gate)];
  if (problems.length > 0) throw new Problems(problems);
  switch (gate.kind) {
    case "balanced":
      return new BalancedGate(model, order?.());
    case "uniform":
      return uniformGate(model);
    case "zipf":
      return zipfGate(model, gate, streams);
    case "lognormal":
      return lognormalGate(model, gate, streams);
    case "dirichlet":
      return dirichletGate(model, gate, streams);
    case "drifting":
      return driftingGate(model, gate, streams);
    case "correlated":
      return correlatedGate(model, gate, streams, classShares);
    case "grouped":
      return groupedGate(model, gate, streams);
    case "recorded":
      return recordedGate(model, gate);
  }
}

/** Whether a gate's choice depends on the class of the request. */
export function goesByClass(gate: GateSpec): boolean {
  return gate.kind === "correlated" && gate.by === "class";
}

/** Contradictions between a gate and the model; empty when tokens can be routed. */
export function gateProblems(model: ModelSpec, gate: GateSpec): Problem[] {
  switch (gate.kind) {
    case "recorded":
      return recordedProblems(model, gate);
    case "grouped":
      return groupedProblems(model, gate);
    default:
      return [];
  }
}

/**
 * Reason why a token's choice depends on its time, or on its request, with the key that causes it; undefined: tokens choose independently.
 */
export function dependenceOf(gate: GateSpec): { readonly key: string; readonly because: string } | undefined {
  const key = "routing.gate";
  if (gate.kind === "correlated") return { key, because: "tokens of a sequence choose alike" };
  if (gate.kind === "drifting") return { key, because: "popularity drifts" };
  if (gate.kind === "recorded" && gate.later !== undefined) return { key: `${key}.later`, because: "popularity changes" };
  return undefined;
}

/** How many sets of experts' weights the gate keeps: one for each layer, unless all share one. */
export function popularitiesOf(model: ModelSpec, gate: GateSpec): number {
  if (gate.kind === "balanced") return 0;
  if (gate.kind === "correlated") return gate.mixes * (gate.shared ? 1 : model.layers);
  if (gate.kind === "recorded") return model.layers * (1 + (gate.later?.length ?? 0));
  if (gate.kind === "grouped") return setsOf(gate.groups, gate.limit) * (gate.shared || !gate.sigma ? 1 : model.layers);
  return gate.kind === "uniform" || ("shared" in gate && gate.shared) ? 1 : model.layers;
}

/** What the scenario does with copies over the capacity. */
export function createOverflow(spec: RoutingSpec["overflow"]): Overflow {
  switch (spec.kind) {
    case "drop":
      return spec.by === "position" ? new DropByPosition() : new DropOverflow();
    case "reroute":
      return new RerouteOverflow(spec.within ?? "any");
    case "dropout":
      return new DropoutOverflow(spec.slope ?? 1);
    case "none":
      return new NoOverflow();
  }
}
