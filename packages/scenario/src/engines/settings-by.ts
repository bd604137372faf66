import type * as z from "zod";
import type { PresetNames } from "../presets/preset-names.ts";
import { schemaAt } from "../schema/language/structure.ts";
import { type Scenario, scenarioSchema } from "../schema/scenario.ts";
import type { Engine, FlagValue, Layout } from "./flag.ts";
import { settingsOf } from "./settings.ts";
import { surroundingsOf } from "./settings-for.ts";
import { bounded } from "./useful.ts";
import { versionOf } from "./version.ts";

/**
 * Settings of `engine` with `flags` for a checked scenario with `layout`: checked values by their paths, without degrees; if bounded, no
 * more sequences than its budget has room for.
 */
export function settingsBy(
  engine: Engine,
  flags: ReadonlyMap<string, FlagValue>,
  scenario: Scenario,
  names: PresetNames,
  layout: Layout,
  isBounded = false,
): ReadonlyMap<string, unknown> {
  const spec = scenario.engine;
  const version = versionOf((spec?.name === engine.name ? spec.version : undefined) ?? engine.versions.assumed)!;
  const all = settingsOf(engine, flags, { ...surroundingsOf(scenario, names, version), layout });
  const settings = isBounded ? bounded(scenario, all) : all;
  const values = new Map<string, unknown>();
  for (const { path, value } of settings) {
    if (path.startsWith("parallelism.")) continue;
    const keys = path.split(".");
    const schema: z.ZodType | undefined = schemaAt(scenarioSchema, keys);
    const result = schema?.safeParse(value);
    values.set(path, result?.success === true ? result.data : value);
  }
  return values;
}
