import type { Plan } from "@tokenyard/placement";
import { type FailureRate, faultKindOf, HOUR_NS, isOfLinks, mayStop } from "@tokenyard/resilience";
import type { FaultSpec, RandomFaultSpec, Scenario } from "@tokenyard/scenario";

/** Failure rates that the scenario's faults add to those over years. */
export interface DrawnRates {
  readonly rates: readonly FailureRate[];
  /** Entries that do not count, each with the reason. */
  readonly leftOut: readonly string[];
}

/**
 * Rates of the random entries of `faults`: those of one GPU, without `acceleration`, through whole years; faults without a length last for
 * `repairHours`.
 */
export function drawnRates({ faults = [], communication }: Scenario, { ranks }: Plan, repairHours: number): DrawnRates {
  const rates: FailureRate[] = [];
  const leftOut: string[] = [];
  for (const [entry, fault] of faults.entries()) {
    const reason = reasonAgainst(fault, communication);
    if (reason !== undefined) {
      leftOut.push(`faults.${entry} (${fault.kind === "random" ? `random ${fault.of.kind}` : fault.kind}): ${reason}`);
      continue;
    }
    const { of, mtbfPerGpu } = fault as RandomFaultSpec;
    const seconds = "for" in of ? of.for : undefined;
    const repairNs = seconds === undefined ? repairHours * HOUR_NS : seconds * 1e9;
    const { overYears } = faultKindOf(of);
    if ("cause" in overYears) rates.push({ cause: overYears.cause, count: ranks, hours: mtbfPerGpu, repairNs, drawn: { entry, of } });
  }
  return { rates, leftOut };
}

/** Reason why `fault` does not count; undefined if it counts. */
function reasonAgainst(fault: FaultSpec, communication: Scenario["communication"]): string | undefined {
  if (fault.kind !== "random") return "a fault at a fixed time has no rate; random has one";
  if (communication?.fallback === "local-experts" && mayStop({ faults: [fault], communication }) && isOfLinks(fault))
    return "local experts are modelled in runs only";
  const { overYears } = faultKindOf(fault.of);
  if (fault.burst === undefined) return "not" in overYears ? overYears.not : undefined;
  return "faults that come together are modelled in runs only";
}
