import { switchesDispatch } from "@tokenyard/placement";
import type { PoolSetup } from "../../inputs/setup.ts";

/** Names in a report for the law of experts, if it is used, and for the dispatch, if it depends on the pass. */
export function routingNames(pools: readonly Pick<PoolSetup, "plan">[], byLaw: boolean): string[] {
  const switches = pools.some(({ plan }) => plan.expertPlacement !== undefined && switchesDispatch(plan));
  return [...(byLaw ? ["uneven experts by their law"] : []), ...(switches ? ["dispatch by phase"] : [])];
}
