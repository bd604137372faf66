import type { HealthSpec, Problem, Scenario } from "@tokenyard/scenario";

/** A value that may be a pool's own, with its path. */
interface Placed<Value> {
  readonly path: Problem["path"];
  readonly value: Value | undefined;
}

/** What is done about faults, in each pool or in all replicas. */
export function healthsOf(scenario: Pick<Scenario, "health" | "pools">): readonly Placed<HealthSpec>[] {
  return placed(scenario, "health");
}

/** Spares of each pool, or of all replicas. */
export function sparesOf(scenario: Pick<Scenario, "spares" | "pools">): readonly Placed<NonNullable<Scenario["spares"]>>[] {
  return placed(scenario, "spares");
}

/** Whether any replica may continue without what is lost, or whatever else `is` says of what is done about faults. */
export function isAnyHealth(scenario: Pick<Scenario, "health" | "pools">, is: (health: HealthSpec) => boolean): boolean {
  return healthsOf(scenario).some(({ value }) => value !== undefined && is(value));
}

/** Each place once. */
function placed<Key extends "health" | "spares">(scenario: Pick<Scenario, Key | "pools">, key: Key): Placed<NonNullable<Scenario[Key]>>[] {
  const { pools } = scenario;
  const shared = { path: [key], value: scenario[key] as NonNullable<Scenario[Key]> | undefined };
  if (pools === undefined) return [shared];
  const own = pools.flatMap((pool, at) =>
    pool[key] === undefined ? [] : [{ path: ["pools", at, key], value: pool[key] as NonNullable<Scenario[Key]> }],
  );
  return own.length === pools.length ? own : [shared, ...own];
}
