import { isAnyHealth, lossPolicyOf, mayStop } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";

/** Whether experts may be without a slot, or out of reach, for some time of a run. */
export function mayMask(scenario: Scenario): boolean {
  const { model, communication } = scenario;
  const shrinks = isAnyHealth(scenario, ({ onLoss }) => lossPolicyOf(onLoss).continues);
  return model.experts !== undefined && (shrinks || communication?.fallback === "local-experts") && mayStop(scenario);
}

/** Whether the output of a request may be discarded. */
export function mayStartOver(scenario: Scenario): boolean {
  return isAnyHealth(scenario, ({ inFlight }) => inFlight === "requeue") && mayStop(scenario);
}

/** Whether any request may have a further attempt. */
export function mayTryAgain({ retries }: Scenario): boolean {
  return (retries?.client?.limit ?? 0) > 0 || (retries?.router?.limit ?? 0) > 0;
}
