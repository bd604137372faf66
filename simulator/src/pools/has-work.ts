import type { Scheduler } from "@tokenyard/serving";

/** Whether `replica` has requests, running or waiting. */
export function hasWork(scheduler: Scheduler, replica: number): boolean {
  if (scheduler.cache === undefined) return scheduler.hasWork!(replica);
  const { running, waiting } = scheduler.cache.occupancy(replica);
  return running + waiting > 0;
}
