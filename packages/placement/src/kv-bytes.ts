import { cachedHeadsOf, kvBytesPerHead } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { Plan } from "./plan.ts";

/** Bytes that one token leaves in one layer on each rank of its data group. Source: docs/models.md#memory. */
export function kvBytesPerTokenAndLayer({ model }: Scenario, plan: Plan): number {
  return cachedHeadsOf(model, plan.attentionTensor) * kvBytesPerHead(model);
}

/** Bytes that one token leaves on each rank of its data group, in the stage with the most layers. */
export function kvBytesPerTokenOnRank(scenario: Scenario, plan: Plan): number {
  const layers = Math.max(...plan.layersOfStage.map((each) => each.length));
  return kvBytesPerTokenAndLayer(scenario, plan) * layers;
}
