import { mostSeeds, type Scenario } from "@tokenyard/scenario";
import type { Setup } from "@tokenyard/simulator";

/** Seeds of a run that is estimated to take less than a second of one core, and of one that is longer, or makes tables for each seed. Source: docs/statistics.md#how-many-seeds. */
const OF_SHORT = 32;
const OF_LONG = 8;
const SHORT_SECONDS = 1;
/** Most seeds with a precision. */
const MOST = 1024;

/** How many seeds of `scenario` run, which take as long as `setups`, where none are stated: by the estimated work, never by the clock, so that the same command prints the same everywhere. */
export function seedsFor(scenario: Scenario, setups: readonly Setup[], precision?: number): number {
  const isShort = setups.every(({ workSeconds, scenario: { routing } }) => workSeconds < SHORT_SECONDS && routing.resolution !== "law");
  const wanted = precision !== undefined ? MOST : isShort ? OF_SHORT : OF_LONG;
  return Math.min(wanted, mostSeeds(scenario));
}
