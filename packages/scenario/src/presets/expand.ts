import type * as z from "zod";
import { layered } from "../layer.ts";
import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";
import { childOf } from "../schema/structure.ts";
import { traitOf } from "../schema/trait.ts";
import { either } from "../schema/wanted.ts";
import { shorten } from "../shorten.ts";
import { widened } from "../widen.ts";
import { plainOf, type Written, type WrittenMap, writtenOf } from "../written.ts";
import { PRESETS } from "./registry.ts";

type Path = readonly (string | number)[];

/** `written` with the values of each named preset slid under the map that names it. Presets that are not known go to `problems`. */
export function withPresets(written: Written, schema: z.ZodType, problems: Problem[], path: Path = []): Written {
  if (written.form === "scalar") return written;
  if (written.form === "list") {
    const element = childOf(schema, 0);
    if (element === undefined) return written;
    return { ...written, items: written.items.map((item, i) => withPresets(item, element, problems, [...path, i])) };
  }
  const map = traitOf(schema).preset === undefined ? written : onPreset(written, schema, problems, path);
  const entries = new Map(
    [...map.entries].map(([key, value]) => {
      const child = childOf(schema, key);
      return [key, child === undefined ? value : withPresets(value, child, problems, [...path, key])];
    }),
  );
  return { ...map, entries };
}

function onPreset(written: WrittenMap, schema: z.ZodType, problems: Problem[], path: Path): WrittenMap {
  const named = written.entries.get("preset");
  const place = traitOf(schema).preset;
  if (named === undefined || place === undefined) return written;
  const entries = new Map(written.entries);
  entries.delete("preset");
  const known = PRESETS[place];
  const name = plainOf(named);
  if (name === null) return { ...written, entries };
  if (typeof name === "string" && Object.hasOwn(known, name)) {
    const values = widened(writtenOf(known[name]?.values, named.place), schema);
    return layered(values, { ...written, entries }) as WrittenMap;
  }
  const names = Object.keys(known);
  const suggestion = typeof name === "string" ? nearest(name, names) : undefined;
  const wanted = names.length === 0 ? `a map; there is no preset of a ${place}` : `a preset: ${either(names)}`;
  problems.push({ path: [...path, "preset"], given: shorten(name), wanted, ...(suggestion === undefined ? {} : { suggestion }) });
  return { ...written, entries };
}
