import type { RoutingSpec, Scenario } from "@tokenyard/scenario";
import type { Degrees, Sources } from "./degrees.ts";
import { exchangeOf } from "./exchange.ts";

/** How the ranks of a data group come to exchange a part of its tokens each; `none`: each exchanges for all of them. Source: docs/models/exchanges.md#sequence-parallel-exchanges. */
export type SequenceParallel = NonNullable<RoutingSpec["sequenceParallel"]>;

/**
 * What the scenario states, or what engines do: where the experts are spread over all ranks, tensor ranks of the attention would send the same
 * tokens. No engine with such experts shares them, too; and where nothing is exchanged but sums, there is nothing to split.
 */
export function sequenceParallelOf(scenario: Pick<Scenario, "model" | "routing">, degrees: Omit<Degrees, "context">): SequenceParallel {
  const { model, routing } = scenario;
  const { attentionTensor, tensor } = degrees;
  if (model.experts === undefined || attentionTensor === 1 || exchangeOf(scenario, degrees) === "all-reduce") return "none";
  return routing.sequenceParallel ?? (tensor === 1 ? "reduce-scatter" : "none");
}

export function sourcesOf(sequenceParallel: SequenceParallel, { dataGroups, attentionTensor }: Omit<Degrees, "context">): Sources {
  if (sequenceParallel === "none") return { sources: dataGroups, sourceRanks: attentionTensor };
  return { sources: dataGroups * attentionTensor, sourceRanks: 1 };
}
