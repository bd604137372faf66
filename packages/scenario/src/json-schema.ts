import * as z from "zod";
import { METRICS, metricOf, metricPaths } from "./metrics/metrics.ts";
import { PRESETS } from "./presets/registry.ts";
import { formatQuantity } from "./quantities/quantity.ts";
import { UNITS, type Unit, unitPattern } from "./quantities/units.ts";
import { type PresetPlace, traitOf } from "./schema/language/trait.ts";
import { scenarioSchema } from "./schema/scenario.ts";
import { NUMERIC } from "./schema/targets.ts";

type Json = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema (draft 2020-12) of a scenario file, for editors, with bare words, drawn values and presets. Only a file without `extends`
 * must have the top keys; `check` reports other missing keys, since a preset or an extended file may give them.
 */
export function scenarioJsonSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => shaped(zodSchema as unknown as z.ZodType, jsonSchema),
  });
  const { $schema, properties, required = [], ...rest } = removable(schema) as Json;
  const needed = Object.fromEntries(required.map((key) => [key, { not: { type: "null" } }])); // none of them can be removed
  return {
    $schema,
    title: "Tokenyard scenario",
    ...rest,
    properties: { extends: orNull(EXTENDS), ...properties },
    if: { required: ["extends"], properties: { extends: { not: { type: "null" } } } },
    else: { required, properties: needed },
  };
}

/** `json` with null admitted under every key of a map, as null removes the key. */
function removable(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(removable);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, part]) => {
      if (key === "properties") return [key, mapped(part, (each) => orNull(removable(each) as Json))];
      if (key === "additionalProperties" && typeof part === "object") return [key, orNull(removable(part) as Json)];
      return [key, removable(part)];
    }),
  );
}

function mapped(map: object, change: (part: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(map).map(([key, part]) => [key, change(part)]));
}

/** `json` and null; constants, such as a kind, alone. */
function orNull(json: Json): Json {
  const { description, type, anyOf, enum: words, ...rest } = json;
  if (rest.const !== undefined) return json;
  if (typeof type === "string" && anyOf === undefined)
    return { ...json, type: [type, "null"], ...(words === undefined ? {} : { enum: [...words, null] }) } as Json;
  if (anyOf !== undefined && type === undefined && Object.keys(rest).length === 0) return { ...json, anyOf: [...anyOf, { type: "null" }] };
  const { description: _, ...alone } = json;
  return { ...(description === undefined ? {} : { description }), anyOf: [alone, { type: "null" }] };
}

const EXTENDS: Json = {
  description: "scenario files to lie under this one, relative to it: maps merge, lists replace, null removes",
  anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
};

/** Adds to `json` the constraints that `schema` has only as traits; adding them twice changes nothing. */
function shaped(schema: z.ZodType, json: Json): void {
  const isWrapper = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (isWrapper && json.$ref !== undefined) return; // said where it leads
  const { unit, drawn, bareKinds = () => [], preset, table, write, word, asWritten, counts } = traitOf(schema);
  if (json.type === "object" && schema !== scenarioSchema) delete json.required;
  if (unit !== undefined) {
    json.pattern = unitPattern(unit);
    json.examples = [UNITS[unit].example];
    if (schema instanceof z.ZodDefault) json.default = formatQuantity(schema.def.defaultValue as number, unit);
  }
  if (json.oneOf !== undefined && !(schema instanceof z.ZodDiscriminatedUnion)) {
    // the traits belong to the schema around the union
    const bare = [...(drawn === undefined ? [] : [bareValue(drawn)]), ...words(bareKinds())];
    json.anyOf = [...bare, ...json.oneOf];
    delete json.oneOf;
  }
  if (preset !== undefined) nameable(json, preset);
  if (word !== undefined && json.type === "object") bareWord(json, word);
  if (asWritten === true && json.type === "string") json.type = ["string", "number"] as never; // a number is read as its text
  if (counts !== undefined && json.type === "integer") {
    json.type = ["integer", "string"] as never;
    json.pattern = `^\\s*\\d{1,9}\\s+${counts}?\\s*$`;
  }
  if (table !== undefined && json.type === "object") {
    const { description, ...map } = json;
    for (const key of Object.keys(json)) delete json[key];
    Object.assign(json, {
      description,
      anyOf: [{ type: "string", pattern: table === true ? "\\.(csv|json)$" : "\\.(csv|json|parquet)$" }, map],
    });
  }
  if (write !== undefined) json.properties = targetProperties();
}

/** Admits the words of `key` in place of the map. */
function bareWord(json: Json, key: string): void {
  const { description, ...map } = json;
  const { enum: names = [] } = (map.properties?.[key] ?? {}) as Json;
  for (const each of Object.keys(json)) delete json[each];
  Object.assign(json, { ...(description === undefined ? {} : { description }), anyOf: [...words(names as string[]), map] });
}

function bareValue(schema: z.ZodType): Json {
  const override = (part: { zodSchema: z.core.$ZodType; jsonSchema: Json }) =>
    shaped(part.zodSchema as unknown as z.ZodType, part.jsonSchema);
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input", override });
  return json;
}

function words(values: readonly string[]): Json[] {
  return values.length === 0 ? [] : [{ type: "string", enum: [...values] }];
}

const CONFIG: Json = { type: "string", description: "path of a Hugging Face config.json to start from; keys beside it override" };

/** Admits the names of presets as bare words and as `preset` among the keys, and for a model a config. */
function nameable(json: Json, place: PresetPlace): void {
  const names = Object.keys(PRESETS[place]);
  if (names.length === 0) return;
  const presetKey = {
    preset: { type: "string" as const, enum: names, description: "values to start from; keys beside it override" },
    ...(place === "model" ? { huggingface: CONFIG } : {}),
  };
  if (json.type === "object") {
    const { description, type, properties, additionalProperties } = json;
    const map: Json = {
      type,
      properties: { ...presetKey, ...properties },
      ...(additionalProperties === undefined ? {} : { additionalProperties }),
    };
    for (const key of Object.keys(json)) delete json[key];
    Object.assign(json, { ...(description === undefined ? {} : { description }), anyOf: [...words(names), map] });
  } else if (json.anyOf !== undefined && !json.anyOf.some(({ enum: named }) => named?.[0] === names[0])) {
    const maps = json.anyOf.map((each) => (each.type === "object" ? { ...each, properties: { ...presetKey, ...each.properties } } : each));
    json.anyOf = [...words(names), ...maps];
  }
}

/** Named metrics, fixed paths of the report and bounds of numerics, for completion; other paths are admitted. */
function targetProperties(): Record<string, Json> {
  const names = [...METRICS.map(({ name }) => name), ...metricPaths()];
  const ofUnit = (unit: Unit | ""): Json =>
    unit === "" ? { type: "number", minimum: 0 } : { type: "string", pattern: unitPattern(unit), examples: [UNITS[unit].example] };
  const numeric = Object.entries(NUMERIC).map(([name, unit]): [string, Json] => [name, ofUnit(unit)]);
  const numerics: Json = {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(numeric.map(([name, json]) => [name.slice("numerics.".length), json])),
  };
  return Object.fromEntries([
    ...[...new Set(names)].map((name) => [name, ofUnit(metricOf(name)?.unit ?? "")] as const),
    ...numeric,
    ["numerics", numerics],
  ]);
}
