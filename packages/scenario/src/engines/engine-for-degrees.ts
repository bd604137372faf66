import { schemaAt, valueAt } from "../schema/language/structure.ts";
import { type Scenario, scenarioSchema } from "../schema/scenario.ts";
import { withChecked, withValue } from "./checked-value.ts";
import type { Engine } from "./flag.ts";
import { withoutLeftOut } from "./left-out.ts";
import { poolsAsWritten, withPoolEngines } from "./pool-engines.ts";
import { ENGINES } from "./registry.ts";
import { statedLayout } from "./settings.ts";
import { settingsFor } from "./settings-for.ts";
import { readFlags } from "./stated-flags.ts";
import { bounded } from "./useful.ts";
import { versionOf } from "./version.ts";

/** Values that an engine sets by the degrees of a plan. */
const BY_LAYOUT = [
  "parallelism.partition",
  "parallelism.contextQueries",
  "cluster.gpu.memoryShare",
  "cluster.kernels.launchShare",
  "routing.exchange",
  "routing.dispatch",
  "routing.sequenceParallel",
  "serving.scheduler.tokenBudget",
  "serving.scheduler.maxSequences",
  "serving.batchSizes",
  "serving.stepsAhead",
  "serving.stepOverhead.capturedTokens",
] as const;

/**
 * `scenario`, whose degrees were changed after its check, with its engine's settings recomputed. The same object if no engine sets
 * anything.
 */
export function engineForDegrees(scenario: Scenario): Scenario {
  const { engine: spec } = scenario;
  if (spec?.set === undefined || !Object.hasOwn(ENGINES, spec.name)) return scenario;
  const engine = ENGINES[spec.name as Engine["name"]];
  const version = versionOf(spec.version ?? engine.versions.assumed)!;
  const stated = readFlags(engine, version, spec.flags, { problems: [], assumed: [] });
  if (statedLayout(engine, stated, scenario.model.experts !== undefined) !== undefined) return scenario; // its flags state the degrees
  const all = bounded(scenario, withoutLeftOut(settingsFor(engine, stated, scenario, { gpu: "", model: "" }, version), scenario));
  const settings = new Map(all.map((each) => [each.path, each]));
  const set: Record<string, string> = { ...spec.set };
  let changed: object = scenario;
  for (const path of BY_LAYOUT) {
    const keys = path.split(".");
    const now = settings.get(path);
    if (!Object.hasOwn(set, path) && (now === undefined || valueAt(changed, keys) !== undefined)) continue;
    const isKept = now !== undefined && schemaAt(scenarioSchema, keys, changed) !== undefined;
    if (isKept) set[path] = now.from;
    else delete set[path];
    changed = isKept ? withChecked(changed, path, now.value) : withValue(changed, keys, undefined);
  }
  return withPoolsAgain({ ...(changed as Scenario), engine: { ...spec, set } });
}

/** `scenario` with the settings of its pools' engines recomputed. */
function withPoolsAgain(scenario: Scenario): Scenario {
  const { pools, engine } = scenario;
  if (pools === undefined) return scenario;
  const set = [...Object.keys(engine?.set ?? {}), ...pools.flatMap((pool) => Object.keys(pool.engine?.values ?? {}))];
  const free = set.reduce<object>((rest, path) => withValue(rest, path.split("."), undefined), scenario);
  return withPoolEngines({ ...scenario, pools: poolsAsWritten(pools) }, free, { problems: [], assumed: [] }) as Scenario;
}
