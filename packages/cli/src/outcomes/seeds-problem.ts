import type { Scenario } from "@tokenyard/scenario";

/** Why a scenario cannot run with so many seeds; undefined when it can. */
export function seedsProblem({ seed }: Scenario, replications: number): string | undefined {
  const most = Number.MAX_SAFE_INTEGER - seed + 1;
  return replications <= most ? undefined : `at most ${most}: the last seed is ${Number.MAX_SAFE_INTEGER}`;
}
