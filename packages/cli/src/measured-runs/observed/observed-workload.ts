import type { RunObservation } from "../run/observation.ts";

/** Kinds of workloads whose clients may take time. */
const WITH_CLIENTS: readonly string[] = ["open", "closed", "sessions", "trace"];

/** The load of an observed run as a scenario has it, with as many requests as were sent, and with the time of its client where that is known; or why none is it. */
export function observedWorkload({ workload: given, ended, sent, roundTripSeconds }: RunObservation): object | string {
  const client = roundTripSeconds == null || !WITH_CLIENTS.includes(given.kind) ? {} : { client: `${roundTripSeconds * 1e6} us` };
  const workload = { ...client, ...given };
  if (ended === "all-sent") return workload;
  if (sent === null || sent === 0) return "none of its requests was sent";
  if (workload.kind === "open" || workload.kind === "closed") return { ...workload, requests: sent };
  return `its run ended before its requests did (${ended}), and ${workload.kind} has no number of requests`;
}
