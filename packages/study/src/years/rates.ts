import { type FailureRate, type Fleet, HOUR_NS } from "@tokenyard/resilience";
import { PRESETS, parseQuantity, type Scenario } from "@tokenyard/scenario";
import { drawnRates } from "./drawn-rates.ts";

/** Rates of failures, with the assumptions. */
export interface Rates {
  readonly rates: readonly FailureRate[];
  /** Paths of the scenario that were not stated. */
  readonly assumed: readonly string[];
  /** Assumed values by path, such as `2.2 h`. */
  readonly assumedValues: Readonly<Record<string, string>>;
  /** Entries of the scenario's faults that do not count, each with the reason. */
  readonly leftOut: readonly string[];
}

/** Causes whose rates `availability` has. */
const STATED = ["gpu", "hang", "node", "link"] as const;
const HANGS = 0.099; // of ByteRobust's incidents, docs/availability.md
const REPAIR_HOURS = 2.2; // Delta, second hand

export function ratesOf(scenario: Scenario, { plan, needLinks }: Pick<Fleet, "plan" | "needLinks">): Rates {
  const { availability = {} } = scenario;
  const { ranks, nodes } = plan;
  const usual = PRESETS.availability["llama-3"]!.values as { readonly mtbfPerGpu: string };
  const gpuHours = availability.mtbfPerGpu ?? (parseQuantity(usual.mtbfPerGpu, "h") as number);
  const hangs = availability.hangs ?? HANGS;
  const hours: Readonly<Record<(typeof STATED)[number], number>> = {
    gpu: gpuHours / (1 - hangs),
    hang: gpuHours / hangs,
    node: availability.mtbfPerNode ?? Number.POSITIVE_INFINITY,
    link: availability.mtbfPerLink ?? Number.POSITIVE_INFINITY,
  };
  const links = [...needLinks].sort((a, b) => a - b); // nothing depends on links that no rank needs
  const taken = { mtbfPerGpu: usual.mtbfPerGpu, hangs: `${100 * HANGS} %`, hangFor: `${REPAIR_HOURS} h`, repair: `${REPAIR_HOURS} h` };
  const assumed = Object.entries(taken).filter(([key]) => availability[key as keyof typeof taken] === undefined);
  const drawn = drawnRates(scenario, plan, availability.repair ?? REPAIR_HOURS);
  return {
    rates: [
      ...STATED.map((cause) => ({
        cause,
        count: cause === "node" ? nodes : cause === "link" ? links.length : ranks,
        ...(cause === "link" ? { numbers: links } : {}),
        hours: hours[cause],
        repairNs: ((cause === "hang" ? availability.hangFor : availability.repair) ?? REPAIR_HOURS) * HOUR_NS,
      })),
      ...drawn.rates,
    ],
    leftOut: drawn.leftOut,
    assumed: assumed.map(([key]) => `availability.${key}`),
    assumedValues: Object.fromEntries(assumed.map(([key, value]) => [`availability.${key}`, value])),
  };
}
