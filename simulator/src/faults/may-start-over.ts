import type { Scenario } from "@tokenyard/scenario";

/** Whether what is out of a request may be thrown away. */
export function mayStartOver({ faults = [], health }: Scenario): boolean {
  const stops = faults.some((fault) => fault.for !== 0 && fault.kind !== "gpu-slow" && fault.kind !== "link-slow");
  return stops && health?.inFlight === "requeue";
}
