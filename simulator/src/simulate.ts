import { type Recording, type Report, summarize } from "@tokenyard/report";
import { type Scenario, targetsOf } from "@tokenyard/scenario";
import type { RunOptions } from "./run-options.ts";
import { prepare } from "./setup/prepare.ts";
import type { Policies, Setup } from "./setup/setup.ts";
import { Hall } from "./simulation.ts";

/** Starts a run that the caller advances in slices. */
export function start(setup: Setup, options: RunOptions = {}): Hall {
  return new Hall(setup, options);
}

/** Runs a setup to its end. A setup is used once. */
export function run(setup: Setup, options: RunOptions = {}): Recording {
  const hall = start(setup, options);
  while (hall.advance(Number.MAX_SAFE_INTEGER));
  return hall.recording();
}

/** Scenario in, report out. Throws Problems for a scenario that cannot be. */
export function simulate(scenario: Scenario, policies: Policies = {}): Report {
  return summarize(run(prepare(scenario, policies)), targetsOf(scenario));
}
