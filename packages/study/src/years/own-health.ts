import { pluggedPolicies } from "@tokenyard/plugins";
import { Streams } from "@tokenyard/random";
import type { Fleet } from "@tokenyard/resilience";
import { type Door, withoutPolicies } from "@tokenyard/scenario";

/** Doors at which a plug-in decides what follows a fault. */
export const HEALTH_DOORS: readonly Door[] = ["health.detection", "health.onLoss"];
const SEEDS = 4294967296;

/**
 * `fleet` with the policies of plug-ins that its scenario has for its health, made again, so that what they remember and draw depends on `part` alone, such as
 * a year; the same object where there are none.
 */
export function withOwnHealth(fleet: Fleet, part: string): Fleet {
  const { policies = [], seed } = fleet.scenario;
  const others = policies.map(({ door }) => door).filter((door) => !HEALTH_DOORS.includes(door));
  if (others.length === policies.length) return fleet;
  const drawn = Math.floor(new Streams(seed, "availability/").stream(`plug-ins/${part}`).next() * SEEDS);
  const { detection, recovery } = pluggedPolicies({ ...withoutPolicies(fleet.scenario, others), seed: drawn });
  return { ...fleet, detection, recovery };
}
