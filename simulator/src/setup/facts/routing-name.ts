import { switchesDispatch } from "@tokenyard/placement";
import type { PoolSetup } from "../setup.ts";

/** What a report says of how experts were drawn, where that was not anew for all tokens, and of how tokens go to them, where that depends on the pass. */
export function routingNames(pools: readonly Pick<PoolSetup, "router" | "scenario" | "plan">[]): string[] {
  const areSampled = pools.some(({ router, scenario }) => router?.draws === true && scenario.routing.resolution === "sampled");
  const switches = pools.some(({ plan }) => plan.expertPlacement !== undefined && switchesDispatch(plan));
  return [...(areSampled ? ["sampled routing: passes drawn before come again"] : []), ...(switches ? ["dispatch by phase"] : [])];
}
