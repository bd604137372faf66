import type { Scenario } from "./schema/scenario.ts";

/**
 * Most seeds of one scenario: a mean is then known to 2 % of their standard deviation, and the data of each are held until the last has
 * ended.
 */
export const MOST_SEEDS = 10_000;

/** How many seeds there are from that of a scenario on, of which no more than MOST_SEEDS are run. */
export function mostSeeds({ seed }: Scenario): number {
  return Math.min(MOST_SEEDS, Number.MAX_SAFE_INTEGER - seed + 1);
}
