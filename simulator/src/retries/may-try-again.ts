import type { Scenario } from "@tokenyard/scenario";

/** Whether any request may have a further attempt. */
export function mayTryAgain({ retries }: Scenario): boolean {
  return (retries?.client?.limit ?? 0) > 0 || (retries?.router?.limit ?? 0) > 0;
}
