import type { RoutingSpec, Scenario } from "@tokenyard/scenario";
import type { Degrees, Sources } from "./degrees.ts";
import { exchangeOf } from "./exchange.ts";

/**
 * Method by which the ranks of a data group get a part of its tokens each to exchange; `none`: each exchanges for all of them. Source:
 * docs/models/exchanges.md#sequence-parallel-exchanges.
 */
export type SequenceParallel = NonNullable<RoutingSpec["sequenceParallel"]>;

/**
 * The method of the scenario, or else that of engines: where experts are spread over all ranks, the attention's tensor ranks would
 * otherwise send the same tokens. No engine with such experts also shares them; and where only sums are exchanged there is nothing to
 * split.
 */
export function sequenceParallelOf(
  scenario: Pick<Scenario, "model" | "routing">,
  degrees: Pick<Degrees, "expert" | "tensor" | "attentionTensor" | "dataGroups">,
): SequenceParallel {
  const { model, routing } = scenario;
  const { attentionTensor, tensor } = degrees;
  if (model.experts === undefined || attentionTensor === 1 || exchangeOf(scenario, degrees) === "all-reduce") return "none";
  return routing.sequenceParallel ?? (tensor === 1 ? "reduce-scatter" : "none");
}

export function sourcesOf(
  sequenceParallel: SequenceParallel,
  { dataGroups, attentionTensor }: Pick<Degrees, "expert" | "tensor" | "attentionTensor" | "dataGroups">,
): Sources {
  if (sequenceParallel === "none") return { sources: dataGroups, sourceRanks: attentionTensor };
  return { sources: dataGroups * attentionTensor, sourceRanks: 1 };
}
