import type { Plan } from "@tokenyard/placement";
import { type Cause, type FailureRate, HOUR_NS, isOfLinks, mayStop } from "@tokenyard/resilience";
import type { FaultSpec, RandomFaultSpec, Scenario } from "@tokenyard/scenario";

/** What the scenario's faults add to what fails over years. */
export interface DrawnRates {
  readonly rates: readonly FailureRate[];
  /** Entries that do not count, each with the reason. */
  readonly leftOut: readonly string[];
}

type Kind = RandomFaultSpec["of"]["kind"];

const CAUSE: Partial<Record<Kind, Cause>> = { "gpu-slow": "slow", "link-lost": "down", "link-flap": "down", "expert-lost": "expert" };

/** Reasons why a fault does not count. */
const NOT: Partial<Record<Kind, string>> = {
  "gpu-lost": "how often GPUs are lost is availability.mtbfPerGpu",
  "node-lost": "how often nodes are lost is availability.mtbfPerNode",
  "process-hang": "how often processes hang is availability.hangs",
  "link-slow": "what slow links cost depends on each step: a run shows it",
};

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
    rates.push({ cause: CAUSE[of.kind]!, count: ranks, hours: mtbfPerGpu, repairNs, drawn: { entry, of } });
  }
  return { rates, leftOut };
}

/** Undefined where it counts. */
function reasonAgainst(fault: FaultSpec, communication: Scenario["communication"]): string | undefined {
  if (fault.kind !== "random") return "a fault at a fixed time has no rate; random has one";
  if (communication?.fallback === "local-experts" && mayStop({ faults: [fault], communication }) && isOfLinks(fault.of))
    return "local experts are modelled in runs only";
  return fault.burst === undefined ? NOT[fault.of.kind] : "faults that come together are modelled in runs only";
}
