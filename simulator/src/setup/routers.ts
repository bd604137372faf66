import { checkedRouter, createTokenRouter, layerKinds } from "@tokenyard/model";
import { dealOrder, type Plan } from "@tokenyard/placement";
import type { Streams } from "@tokenyard/random";
import type { ModelSpec, Scenario } from "@tokenyard/scenario";
import type { Policies } from "../inputs/setup.ts";

/** The caller's router, whose answers are checked; undefined where the scenario's own routes. */
export function ownRouter(router: Policies["router"], { experts }: ModelSpec): Policies["router"] {
  return router === undefined || experts === undefined ? router : checkedRouter(router, experts.count, experts.topK);
}

/** The router of the scenario; undefined in a model without experts. */
export function routerOf(model: ModelSpec, scenario: Scenario, streams: Streams, plans: readonly Plan[]) {
  if (model.experts === undefined) return undefined;
  const { gate } = scenario.routing;
  const placements = plans.map(({ expertPlacement }) => expertPlacement);
  const order = () => dealOrder(placements, layerKinds(model).indexOf("moe"));
  return createTokenRouter(model, gate, streams, classSharesOf(scenario.workload), order);
}

/** How often requests of each class come, in proportion; as often where a trace says so only when it is read. */
function classSharesOf(workload: Scenario["workload"]): number[] {
  const classes = "classes" in workload ? workload.classes : undefined;
  return classes?.map((each) => ("share" in each ? Number(each.share) : 1)) ?? [1];
}
