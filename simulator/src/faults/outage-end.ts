import type { Outage } from "./outage.ts";
import type { ReplicaState } from "./replica-state.ts";

/**
 * When an outage that is open at the end of a run is over at the earliest, by what is scheduled in its replica of `state`, in nanoseconds; Infinity
 * where nothing that is scheduled would end it.
 */
export function outageEndNs(outage: Outage, { cures, recovery }: ReplicaState): number {
  if (cures.includes(outage)) return recovery?.timeNs ?? outage.endNs; // else it waits for GPUs
  const next = outage.detection ?? outage.settles;
  if (next !== undefined) return next.timeNs;
  const endsByItself = !outage.of.isGone && outage.fate === undefined;
  return endsByItself ? outage.endNs : Number.POSITIVE_INFINITY;
}
