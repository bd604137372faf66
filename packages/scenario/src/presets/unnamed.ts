import type * as z from "zod";
import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";
import { childOf, valueAt } from "../schema/structure.ts";
import { type PresetPlace, traitOf } from "../schema/trait.ts";
import { either } from "../schema/wanted.ts";
import { shorten } from "../shorten.ts";
import { plainOf, type Written, type WrittenMap } from "../written.ts";
import { PRESETS } from "./registry.ts";

type Path = readonly (string | number)[];

/** What the names of presets say beside their values. */
export interface Naming {
  /** Names that are not known. */
  readonly problems: Problem[];
  /** Paths of values that a preset assumes and nobody replaced. */
  readonly assumed: string[];
}

/** `written`, which has the values of its presets and configs already, without their names. What the names say goes to `naming`. */
export function unnamed(written: Written, schema: z.ZodType, naming: Naming, path: Path = []): Written {
  if (written.form === "scalar") return written;
  if (written.form === "list") {
    const element = childOf(schema, 0);
    return element === undefined
      ? written
      : { ...written, items: written.items.map((item, i) => unnamed(item, element, naming, [...path, i])) };
  }
  const { preset } = traitOf(schema);
  const entries = new Map<string, Written>();
  for (const [key, value] of written.entries) {
    const child = childOf(schema, key);
    if (key === "preset" && preset !== undefined) {
      naming.problems.push(...nameProblems(preset, plainOf(value), [...path, key]));
      naming.assumed.push(...assumedUnder(preset, plainOf(value), written).map((each) => [...path, each].join(".")));
    } else if (key === "huggingface" && preset === "model") {
      naming.problems.push(...configProblems(value, [...path, key]));
    } else entries.set(key, child === undefined ? value : unnamed(value, child, naming, [...path, key]));
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

function configProblems(value: Written, path: Path): Problem[] {
  if (value.form === "scalar" && (value.isRead === true || value.value === null)) return [];
  return [{ path, given: shorten(plainOf(value)), wanted: "the path of a config.json, in a scenario file" }];
}

/** The keys that the preset assumes and whose values are still its own. */
function assumedUnder(place: PresetPlace, name: unknown, written: WrittenMap): readonly string[] {
  const preset = typeof name === "string" && Object.hasOwn(PRESETS[place], name) ? PRESETS[place][name] : undefined;
  return (preset?.assumed ?? []).filter((key) => {
    const entry = written.entries.get(key);
    return entry?.form === "scalar" && entry.value === valueAt(preset?.values, [key]);
  });
}
