import type * as z from "zod";
import { PRESETS } from "../presets/registry.ts";
import { childOf, kindsOf } from "../schema/language/structure.ts";
import { isPlain, type PresetPlace, traitOf } from "../schema/language/trait.ts";
import { part, type Written, type WrittenMap, writtenOf } from "./written.ts";

/**
 * `written` with every bare value that means a map replaced by that map (`uniform` → `{ kind: uniform }`, `h100-sxm` → `{ preset: h100-sxm
 * }`), and with the values of each known preset recorded under the map that names it.
 */
export function widened(written: Written, schema: z.ZodType): Written {
  if (written.form === "list") {
    const element = childOf(schema, 0);
    return element === undefined ? written : { ...written, items: written.items.map((item) => widened(item, element)) };
  }
  if (written.form === "map") return onPreset(withWideParts(written, schema), schema);
  const { widen, preset, asWritten } = traitOf(schema);
  if (asWritten === true && typeof written.value === "number") return { ...written, value: written.source ?? String(written.value) };
  const map = widen?.(written.value) ?? (preset !== undefined && isPreset(preset, written.value) ? { preset: written.value } : undefined);
  return map === undefined ? written : widened(writtenOf(map, written.place), schema);
}

function withWideParts(written: WrittenMap, schema: z.ZodType): WrittenMap {
  const kind = part(written, "kind");
  const kinds = kindsOf(schema);
  if (kind?.form === "scalar" && typeof kind.value === "string" && kinds.length > 0 && !kinds.includes(kind.value)) return written; // keys of a plug-in
  const { word, nests } = traitOf(schema);
  const entries = new Map(
    [...(nests === undefined ? written.entries : unnested(written.entries, nests))].map(([key, value]) => {
      const child = childOf(schema, key, kind?.form === "scalar" ? kind.value : undefined);
      return [key, child === undefined || isPlain(child) ? value : widened(value, child)];
    }),
  );
  return word === undefined ? { ...written, entries } : { ...written, entries, word };
}

/** `entries` without the map under `key`: its own are among them, by names that begin with `key`. It stays where a name is there already. */
function unnested(entries: WrittenMap["entries"], key: string): WrittenMap["entries"] {
  const nested = entries.get(key);
  if (nested?.form !== "map" || [...nested.entries.keys()].some((name) => entries.has(`${key}.${name}`))) return entries;
  return new Map(
    [...entries].flatMap(([name, value]) =>
      name === key ? [...nested.entries].map(([inner, own]): [string, Written] => [`${key}.${inner}`, own]) : [[name, value] as const],
    ),
  );
}

function onPreset(written: WrittenMap, schema: z.ZodType): WrittenMap {
  const name = written.entries.get("preset");
  const { preset } = traitOf(schema);
  if (preset === undefined || name?.form !== "scalar" || !isPreset(preset, name.value)) return written;
  const values = withWideParts(writtenOf(PRESETS[preset][name.value]?.values, name.place) as WrittenMap, schema);
  return { ...written, under: { ...values, entries: new Map([["preset", name], ...values.entries]) } };
}

function isPreset(place: PresetPlace, name: unknown): name is string {
  return typeof name === "string" && Object.hasOwn(PRESETS[place], name);
}
