import { mayStop } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";

/** Whether what is out of a request may be thrown away. */
export function mayStartOver(scenario: Scenario): boolean {
  return scenario.health?.inFlight === "requeue" && mayStop(scenario);
}
