import { switchesDispatch } from "@tokenyard/placement";
import type { PoolSetup } from "../setup.ts";

/** What a report says of how experts are drawn, where that is by their law, and of how tokens go to them, where that depends on the pass. */
export function routingNames(pools: readonly Pick<PoolSetup, "plan">[], byLaw: boolean): string[] {
  const switches = pools.some(({ plan }) => plan.expertPlacement !== undefined && switchesDispatch(plan));
  return [...(byLaw ? ["uneven experts by their law"] : []), ...(switches ? ["dispatch by phase"] : [])];
}
