import type { RunObservation } from "./observation.ts";

/** The load of an observed run as a scenario has it, with as many requests as were sent; or why none is it. */
export function observedWorkload({ workload, ended, sent }: RunObservation): object | string {
  if (ended === "all-sent") return workload;
  if (sent === null || sent === 0) return "none of its requests was sent";
  if (workload.kind === "open" || workload.kind === "closed") return { ...workload, requests: sent };
  return `its run ended before its requests did (${ended}), and ${workload.kind} has no number of requests`;
}
