import { type Recording, type Report, type SummaryOptions, summarize } from "@tokenyard/report";
import { type Scenario, scenarioFrom, targetsOf } from "@tokenyard/scenario";
import type { Policies, Setup } from "./inputs/setup.ts";
import type { RunLimit } from "./options/run-limit.ts";
import type { RunOptions } from "./options/run-options.ts";
import { prepare } from "./setup/prepare.ts";
import { Simulation } from "./simulation.ts";

/** Starts a run that the caller advances in slices. */
export function start(setup: Setup, options: RunOptions = {}): Simulation {
  return new Simulation(setup, options);
}

/** Runs a setup to its end. A setup is used once. */
export function run(setup: Setup, options: RunOptions = {}): Recording {
  const simulation = start(setup, options);
  while (simulation.advance(Number.MAX_SAFE_INTEGER));
  return simulation.recording();
}

/** Scenario in, report out, with what `options` ask beside it. Throws Problems for a scenario that cannot be; a plain tree is checked first, as `parseScenario` does. */
export function simulate(given: Scenario, policies: Policies = {}, options: SummaryOptions = {}): Report {
  const scenario = scenarioFrom(given);
  return summarize(run(prepare(scenario, policies)), targetsOf(scenario), options);
}

/** The report of a batch that is of no use beyond `limit`: undefined when its run passes it. Throws as `simulate` does, and for other loads. */
export function simulateWithin(given: Scenario, limit: RunLimit, policies: Policies = {}): Report | undefined {
  const scenario = scenarioFrom(given);
  const simulation = start(prepare(scenario, policies), { limit });
  while (simulation.advance(Number.MAX_SAFE_INTEGER));
  return simulation.isOverLimit ? undefined : summarize(simulation.recording(), targetsOf(scenario));
}
