import type { SchedulerObserver } from "./request-observer.ts";

/** Hears everything and says nothing. */
export const SILENT: SchedulerObserver = {
  started: () => {},
  loading: () => {},
  firstToken: () => {},
  gaps: () => {},
  steps: () => {},
  preempted: () => {},
  startedOver: () => {},
  finished: () => {},
  rejected: () => {},
  failed: () => {},
  refused: () => {},
};
