import { heldBy } from "../drawn-faults.ts";
import { faultOf } from "../fault.ts";
import { lossPolicyOf } from "../loss-policy.ts";
import { sightOf } from "../sight.ts";
import { type Cost, FROM_NS, YEAR_HOURS } from "./cost.ts";
import type { FailureRate } from "./failure.ts";
import type { Fleet } from "./fleet.ts";
import type { Reactions } from "./reactions.ts";

/** Slots to examine, evenly spread, for a mean. */
const SLOTS = 512;
const LOST = { kind: "expert-lost", isGone: false, withNode: false, raisesError: true } as const;

/**
 * Mean cost of the loss of a single expert by `rate`, an entry of the scenario's faults, over the slots of a replica: no data group is lost
 * with it, and no GPU has to stand in.
 */
export function expertCost({ plan, scenario, detection }: Fleet, reactions: Reactions, { cause, hours, repairNs }: FailureRate): Cost {
  const perReplica = plan.stages * plan.ranksPerStage;
  const held = Array.from({ length: perReplica }, (_, rank) => heldBy(rank, plan, scenario.model));
  const holders = held.filter(({ length }) => length > 0).length * plan.replicas;
  const perYear = (holders / hours) * YEAR_HOURS;
  if (perYear === 0) return { cause, perYear, detect: null, outage: 0, waits: 0, lacking: 0, shrunk: 0 };
  const repair = repairNs * 1e-9;
  const health = scenario.health!;
  const sight = sightOf(health, detection, { of: LOST, replica: 0, ranks: [0], atNs: FROM_NS, trafficNs: FROM_NS });
  const known = sight === undefined ? Number.POSITIVE_INFINITY : (sight.atNs - FROM_NS) * 1e-9;
  if (!lossPolicyOf(health.onLoss).reacts || repair < known)
    return { cause, perYear, detect: null, outage: repair, waits: 0, lacking: 0, shrunk: 0 };
  const rejoin = "rejoin" in health.onLoss ? health.onLoss.rejoin : undefined;
  const all = held.flat();
  const every = Math.ceil(all.length / SLOTS);
  const asked = all.filter((_, i) => i % every === 0);
  let [outage, lacking] = [0, 0];
  let isForever = false;
  for (const expert of asked) {
    const { ranks, slot } = faultOf({ kind: "expert-lost", at: 0, for: undefined, ...expert }, plan);
    const { shrinks, seconds, missing } = reactions.of({ ranks: [], slots: [slot!], slotRanks: ranks });
    outage += (known + seconds) / asked.length;
    if (!shrinks || missing === 0) continue;
    if (rejoin === undefined) isForever = true;
    lacking += Math.max(0, repair + (rejoin ?? 0) - known - seconds) / asked.length;
  }
  return { cause, perYear, detect: known, outage, waits: 0, lacking, shrunk: isForever ? null : 0 };
}
