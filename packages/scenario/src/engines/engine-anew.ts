import type * as z from "zod";
import { schemaAt, valueAt } from "../schema/language/structure.ts";
import { type Scenario, scenarioSchema } from "../schema/scenario.ts";
import type { Engine } from "./flag.ts";
import { ENGINES } from "./registry.ts";
import { statedLayout } from "./settings.ts";
import { settingsFor } from "./settings-for.ts";
import { readFlags } from "./stated-flags.ts";
import { versionOf } from "./version.ts";

/** Values that an engine sets by the degrees of a plan. */
const BY_LAYOUT = [
  "cluster.gpu.memoryShare",
  "cluster.kernels.launchShare",
  "routing.exchange",
  "routing.dispatch",
  "routing.sequenceParallel",
  "serving.scheduler.tokenBudget",
  "serving.scheduler.maxSequences",
  "serving.batchSizes",
  "serving.stepOverhead.capturedTokens",
] as const;

/** `scenario`, of which the degrees were changed since it was checked, with what its engine sets by them worked out again. The same object where no engine sets anything. */
export function engineAnew(scenario: Scenario): Scenario {
  const { engine: spec } = scenario;
  if (spec?.set === undefined || !Object.hasOwn(ENGINES, spec.name)) return scenario;
  const engine = ENGINES[spec.name as Engine["name"]];
  const version = versionOf(spec.version ?? engine.versions.assumed)!;
  const stated = readFlags(engine, version, spec.flags, { problems: [], assumed: [] });
  if (statedLayout(engine, stated, scenario.model.experts !== undefined) !== undefined) return scenario; // its flags state the degrees
  const settings = new Map(settingsFor(engine, stated, scenario, { gpu: "", model: "" }, version).map((each) => [each.path, each]));
  const set: Record<string, string> = { ...spec.set };
  let changed: object = scenario;
  for (const path of BY_LAYOUT) {
    const keys = path.split(".");
    const now = settings.get(path);
    if (!Object.hasOwn(set, path) && (now === undefined || valueAt(changed, keys) !== undefined)) continue;
    const schema = now && schemaAt(scenarioSchema, keys, changed);
    if (now === undefined || schema === undefined) delete set[path];
    else set[path] = now.from;
    changed = withValue(changed, keys, now === undefined || schema === undefined ? undefined : checkedValue(schema, now.value));
  }
  return { ...(changed as Scenario), engine: { ...spec, set } };
}

function checkedValue(schema: z.ZodType, value: unknown): unknown {
  return schema.parse(value);
}

function withValue(map: object, [key = "", ...rest]: readonly string[], value: unknown): object {
  const { [key]: inner, ...others } = map as Readonly<Record<string, unknown>>;
  if (rest.length > 0) return typeof inner === "object" && inner !== null ? { ...map, [key]: withValue(inner, rest, value) } : map;
  return value === undefined ? others : { ...map, [key]: value };
}
