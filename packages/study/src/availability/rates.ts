import type { Plan } from "@tokenyard/placement";
import { CAUSES, type Cause, type FailureRate, HOUR_NS } from "@tokenyard/resilience";
import { PRESETS, parseQuantity, type Scenario } from "@tokenyard/scenario";

/** How often what fails, with what was taken for granted. */
export interface Rates {
  readonly rates: readonly FailureRate[];
  /** Paths of the scenario that nobody stated. */
  readonly assumed: readonly string[];
}

const HANGS = 0.099; // of ByteRobust's incidents, docs/availability.md
const REPAIR_HOURS = 2.2; // Delta, second hand

export function ratesOf({ availability = {} }: Scenario, { ranks, nodes }: Plan): Rates {
  const usual = PRESETS.availability["llama-3"]!.values as { readonly mtbfPerGpu: string };
  const gpuHours = availability.mtbfPerGpu ?? (parseQuantity(usual.mtbfPerGpu, "h") as number);
  const hangs = availability.hangs ?? HANGS;
  const hours: Readonly<Record<Cause, number>> = {
    gpu: gpuHours / (1 - hangs),
    hang: gpuHours / hangs,
    node: availability.mtbfPerNode ?? Number.POSITIVE_INFINITY,
    link: availability.mtbfPerLink ?? Number.POSITIVE_INFINITY,
  };
  return {
    rates: CAUSES.map((cause) => ({
      cause,
      count: cause === "node" ? nodes : ranks,
      hours: hours[cause],
      repairNs: ((cause === "hang" ? availability.hangFor : availability.repair) ?? REPAIR_HOURS) * HOUR_NS,
    })),
    assumed: (["mtbfPerGpu", "hangs", "hangFor", "repair"] as const)
      .filter((key) => availability[key] === undefined)
      .map((key) => `availability.${key}`),
  };
}
