import type { PoolSetup } from "./setup.ts";

/** What a report says of how experts were drawn, where that was not anew for all tokens. */
export function routingNames(pools: readonly Pick<PoolSetup, "router" | "scenario">[]): string[] {
  const areSampled = pools.some(({ router, scenario }) => router?.draws === true && scenario.routing.resolution === "sampled");
  return areSampled ? ["sampled routing: count vectors drawn before come again"] : [];
}
