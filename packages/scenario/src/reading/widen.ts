import type * as z from "zod";
import { PRESETS } from "../presets/registry.ts";
import { childOf } from "../schema/language/structure.ts";
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
  const entries = new Map(
    [...written.entries].map(([key, value]) => {
      const child = childOf(schema, key, kind?.form === "scalar" ? kind.value : undefined);
      return [key, child === undefined || isPlain(child) ? value : widened(value, child)];
    }),
  );
  const { word } = traitOf(schema);
  return word === undefined ? { ...written, entries } : { ...written, entries, word };
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
