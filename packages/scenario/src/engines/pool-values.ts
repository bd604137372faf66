import type { Scenario } from "../schema/scenario.ts";
import { withChecked } from "./checked-value.ts";
import { UNSET } from "./pool-engines.ts";

/** Number `at` of the pools of `scenario` as a scenario of its own: its GPU, its degrees, its replicas, and what its engine sets there otherwise than for the whole. */
export function poolAlone(scenario: Scenario, at: number): Scenario {
  const { count, gpu, parallelism, engine } = scenario.pools![at]!;
  const { pools: _, cluster, ...others } = scenario;
  const alone: Scenario = {
    ...others,
    cluster: gpu === undefined ? cluster : { ...cluster, gpu },
    parallelism: { ...(parallelism ?? scenario.parallelism), data: count },
  };
  if (engine === undefined) return alone;
  const { values = {}, ...spec } = engine;
  const set = Object.entries(values).sort(([a], [b]) => Number(b.endsWith(".kind")) - Number(a.endsWith(".kind"))); // other keys depend on kinds
  const shared = spec.name === scenario.engine?.name ? scenario.engine.flags : undefined;
  const own = shared === undefined ? spec : { ...spec, flags: { ...shared, ...spec.flags } };
  return set.reduce<Scenario>(
    (changed, [path, value]) =>
      value === UNSET ? withChecked(changed, path.replace(/\.kind$/, ""), undefined) : withChecked(changed, path, value),
    { ...alone, engine: own },
  );
}
