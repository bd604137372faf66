import { nsFromSeconds } from "@tokenyard/engine";
import { rankOf } from "@tokenyard/placement";
import type { PoolSetup } from "./setup.ts";

/** Nanoseconds from the last stage of a replica to its first: one network latency, the longest among matching ranks; none with one stage. */
export function returnNs({ plan, network }: PoolSetup, replica: number): number {
  if (plan.stages === 1) return 0;
  let longest = 0;
  for (let local = 0; local < plan.ranksPerStage; local++) {
    const from = rankOf(plan, replica, plan.stages - 1, local);
    longest = Math.max(longest, network.latencySeconds(from, rankOf(plan, replica, 0, local)));
  }
  return nsFromSeconds(longest);
}
