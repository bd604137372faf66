import type { Recording } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import type { Inspection, Policies, Progress, RunOptions, Setup } from "@tokenyard/simulator";
import { lawTables } from "../cache/law-tables.ts";

/** Functions of the simulator that the command line uses; a test replaces them. */
export interface Simulation {
  /** Throws Problems for a scenario that cannot be. */
  prepare(scenario: Scenario, policies?: Policies): Setup;
  inspect(setup: Setup): Inspection;
  start(setup: Setup, options?: RunOptions): Run;
  /** The folder of the cache, for threads; undefined: there is none. */
  readonly cache?: string | undefined;
}

/** `simulator`, whose runs share tables in the cache in folder `cache`, or among themselves where there is none. */
export function cachedSimulation(simulator: Simulation, cache: string | undefined): Simulation {
  const tables = lawTables(cache);
  return {
    prepare: (scenario, policies = {}) => simulator.prepare(scenario, { lawTables: tables, ...policies }),
    inspect: (setup) => simulator.inspect(setup),
    start: (setup, options) => simulator.start(setup, options),
    cache,
  };
}

/** A run under way, advanced in slices. */
export interface Run {
  /** Handles at most `maxEvents` events; true when there is more to do. */
  advance(maxEvents: number): boolean;
  /** Whether it passed its limit, so that there is no recording. */
  readonly isOverLimit?: boolean;
  progress(): Progress;
  /** The recording; to be called when the run has ended. */
  recording(): Recording;
}
