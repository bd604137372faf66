import { valueAt } from "../schema/language/structure.ts";
import type { Scenario } from "../schema/scenario.ts";
import { withChecked } from "./checked-value.ts";
import { UNSET } from "./pool-engines.ts";

/**
 * Pool number `at` of `scenario` as a scenario of its own: its GPU, its degrees, its replicas, and its engine's settings that differ from
 * the whole.
 */
export function poolAlone(scenario: Scenario, at: number): Scenario {
  const { count, gpu, parallelism, engine, health, spares } = scenario.pools![at]!;
  const { pools: _, cluster, ...others } = scenario;
  const alone: Scenario = {
    ...others,
    ...(health === undefined ? {} : { health }),
    ...(spares === undefined ? {} : { spares }),
    cluster: gpu === undefined ? cluster : { ...cluster, gpu },
    parallelism: { ...(parallelism ?? scenario.parallelism), data: count },
  };
  if (engine === undefined) return alone;
  const { values = {}, ...spec } = engine;
  const shared = spec.name === scenario.engine?.name ? scenario.engine.flags : undefined;
  const own = shared === undefined ? spec : { ...spec, flags: { ...shared, ...spec.flags } };
  return laidOver({ ...alone, engine: own }, values);
}

/** `scenario` with plain `values` by their paths: those of a map that it does not have are checked together, with the defaults of the others. */
function laidOver(scenario: Scenario, values: Readonly<Record<string, unknown>>): Scenario {
  const entries = Object.entries(values).sort(([a], [b]) => Number(b.endsWith(".kind")) - Number(a.endsWith(".kind"))); // other keys depend on kinds
  const made = new Set<string>();
  return entries.reduce<Scenario>((changed, [path, value]) => {
    if (value === UNSET) return withChecked(changed, path.replace(/\.kind$/, ""), undefined);
    if ([...made].some((map) => path.startsWith(`${map}.`))) return changed;
    const missing = missingMap(changed, path);
    if (missing === undefined) return withChecked(changed, path, value);
    made.add(missing);
    return withChecked(changed, missing, mapUnder(missing, entries));
  }, scenario);
}

/** The outermost map on the way to `path` that `scenario` does not have. */
function missingMap(scenario: Scenario, path: string): string | undefined {
  const keys = path.split(".");
  for (let depth = 1; depth < keys.length; depth++)
    if (valueAt(scenario, keys.slice(0, depth)) === undefined) return keys.slice(0, depth).join(".");
  return undefined;
}

/** The plain map at `path` of those `entries` that are in it. */
function mapUnder(path: string, entries: readonly (readonly [path: string, value: unknown])[]): object {
  const map: Record<string, unknown> = {};
  for (const [at, value] of entries) {
    if (!at.startsWith(`${path}.`) || value === UNSET) continue;
    const keys = at.slice(path.length + 1).split(".");
    let inner = map;
    for (const key of keys.slice(0, -1)) {
      inner[key] ??= {};
      inner = inner[key] as Record<string, unknown>;
    }
    inner[keys.at(-1)!] = value;
  }
  return map;
}
