import type * as z from "zod";
import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";
import { childOf } from "../schema/structure.ts";
import { type PresetPlace, traitOf } from "../schema/trait.ts";
import { either } from "../schema/wanted.ts";
import { shorten } from "../shorten.ts";
import { plainOf, type Written } from "../written.ts";
import { PRESETS } from "./registry.ts";

type Path = readonly (string | number)[];

/** `written`, which has its presets' values already, without their names. Names that are not known go to `problems`. */
export function unnamed(written: Written, schema: z.ZodType, problems: Problem[], path: Path = []): Written {
  if (written.form === "scalar") return written;
  if (written.form === "list") {
    const element = childOf(schema, 0);
    return element === undefined
      ? written
      : { ...written, items: written.items.map((item, i) => unnamed(item, element, problems, [...path, i])) };
  }
  const { preset } = traitOf(schema);
  const entries = new Map<string, Written>();
  for (const [key, value] of written.entries) {
    const child = childOf(schema, key);
    if (key === "preset" && preset !== undefined) problems.push(...nameProblems(preset, plainOf(value), [...path, key]));
    else entries.set(key, child === undefined ? value : unnamed(value, child, problems, [...path, key]));
  }
  return { ...written, entries };
}

function nameProblems(place: PresetPlace, name: unknown, path: Path): Problem[] {
  const known = Object.keys(PRESETS[place]);
  if (name === null || known.some((each) => each === name)) return [];
  const suggestion = typeof name === "string" ? nearest(name, known) : undefined;
  const wanted = known.length === 0 ? `a map; there is no preset of a ${place}` : `a preset: ${either(known)}`;
  return [{ path, given: shorten(name), wanted, ...(suggestion === undefined ? {} : { suggestion }) }];
}
