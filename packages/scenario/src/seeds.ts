import type { Scenario } from "./schema/scenario.ts";

/** Seeds of one scenario at most: a mean is then known to 2 % of how far they deviate from it, and what reports say of each is held until the last has ended. */
export const MOST_SEEDS = 10_000;

/** How many seeds there are from that of a scenario on, of which no more than MOST_SEEDS are run. */
export function mostSeeds({ seed }: Scenario): number {
  return Math.min(MOST_SEEDS, Number.MAX_SAFE_INTEGER - seed + 1);
}
