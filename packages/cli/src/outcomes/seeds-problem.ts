import { MOST_SEEDS, mostSeeds, type Scenario } from "@tokenyard/scenario";

/** Reason why a scenario cannot run with this number of seeds; undefined when it can. */
export function seedsProblem(scenario: Scenario, replications: number): string | undefined {
  const most = mostSeeds(scenario);
  if (replications <= most) return undefined;
  const why =
    most < MOST_SEEDS ? `the last seed is ${Number.MAX_SAFE_INTEGER}` : "a mean is then known to 2 % of how far seeds deviate from it";
  return `at most ${most}: ${why}`;
}
