import { changing, flagsWithoutDegrees, type ReadPieces, type Scenario } from "@tokenyard/scenario";

/**
 * `scenario` with its degrees as keys in place of flags of its engine, so that other plans can have other degrees, with all that the engine
 * sets by them.
 */
export function degreesAsKeys(scenario: Scenario, readPieces?: ReadPieces): Scenario {
  const flags = flagsWithoutDegrees(scenario);
  if (flags.length === 0) return scenario;
  const { parallelism, pools = [] } = scenario;
  const ofPools = pools.map((pool, at) => [`pools.${at}.parallelism`, pool.parallelism] as const);
  const degrees = [["parallelism", parallelism] as const, ...ofPools].flatMap(([path, value]) =>
    value === undefined ? [] : [`${path}=${JSON.stringify(value)}`],
  );
  const others = flags.flatMap(([path, kept]) => [`${path}=null`, `${path}=${JSON.stringify(kept)}`]);
  return changing(scenario, readPieces)([...others, ...degrees]);
}
