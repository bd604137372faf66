import { mostSeeds, type Scenario } from "@tokenyard/scenario";

/** Seeds of a run that is estimated to take less than a second of one core, and of a longer one. Source: docs/statistics.md#how-many-seeds. */
const OF_SHORT = 32;
const OF_LONG = 8;
const SHORT_SECONDS = 1;
/** Seeds at most where a precision is asked for. */
const MOST = 1024;

/** How many seeds run where none are stated: by the estimated work, never by the clock, so that the same command prints the same everywhere. */
export function seedsFor(scenario: Scenario, workSeconds: number, precision?: number): number {
  const wanted = precision !== undefined ? MOST : workSeconds < SHORT_SECONDS ? OF_SHORT : OF_LONG;
  return Math.min(wanted, mostSeeds(scenario));
}
