import { nsFromSeconds } from "@tokenyard/engine";
import type { Scenario } from "@tokenyard/scenario";
import type { Reactions } from "./reactions.ts";
import { type LongOutage, lostBy, type StruckReplica } from "./struck-replica.ts";

/** When the ranks of an outage are back in their replica, which went on without them; never is infinity. */
export function rejoinsNs({ fault }: LongOutage, scenario: Scenario): number {
  const { onLoss } = scenario.health!;
  const rejoin = "rejoin" in onLoss ? onLoss.rejoin : undefined;
  return rejoin === undefined ? Number.POSITIVE_INFINITY : fault.endNs + nsFromSeconds(rejoin);
}

/** The `outages` whose ranks are not back at `nowNs`. */
export function stillGone(outages: readonly LongOutage[], scenario: Scenario, nowNs: number): LongOutage[] {
  return outages.filter((outage) => rejoinsNs(outage, scenario) > nowNs);
}

/** Missing parts of a replica, by the outages that it has recovered from without their ranks. */
export function reshape(state: StruckReplica, reactions: Reactions): void {
  const reaction = state.shrunk.length === 0 ? undefined : reactions.without(lostBy(state.shrunk));
  state.lostGroups = reaction?.lostGroups ?? 0;
  state.missing = reaction?.missing ?? 0;
}
