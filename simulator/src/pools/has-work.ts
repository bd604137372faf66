import type { Scheduler } from "@tokenyard/serving";

/** Whether `replica` has anything to compute, or to wait for. */
export function hasWork(scheduler: Scheduler, replica: number): boolean {
  if (scheduler.cache === undefined) return scheduler.hasWork!(replica);
  const { running, waiting } = scheduler.cache.occupancy(replica);
  return running + waiting > 0;
}
