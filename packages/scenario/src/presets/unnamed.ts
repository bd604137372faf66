import type * as z from "zod";
import { nearest } from "../problems/nearest.ts";
import type { Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { part, plainOf, type Written, type WrittenMap, writtenOf } from "../reading/written.ts";
import { childOf, valueAt } from "../schema/language/structure.ts";
import { isPlain, type PresetPlace, traitOf } from "../schema/language/trait.ts";
import { either } from "../schema/language/wanted.ts";
import type { Assumption } from "../schema/scenario.ts";
import { PRESETS } from "./registry.ts";

type Path = readonly (string | number)[];

/** Result of replacing preset names by values. */
export interface Naming {
  /** Names that are not known. */
  readonly problems: Problem[];
  /** Values that a preset assumes, or a config implies, and the scenario does not replace. */
  readonly assumed: Assumption[];
}

/** `written` without the names of presets and configs, whose values it has already. Problems and assumptions are added to `naming`. */
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
  const kind = part(written, "kind");
  for (const [key, value] of written.entries) {
    const child = childOf(schema, key, kind?.form === "scalar" ? kind.value : undefined);
    if (key === "preset" && preset !== undefined) {
      naming.problems.push(...nameProblems(preset, plainOf(value), [...path, key]));
      naming.assumed.push(...assumedUnder(preset, plainOf(value), written, path));
    } else if (key === "huggingface" && preset === "model") {
      naming.problems.push(...configProblems(value, [...path, key]));
      naming.assumed.push(...impliedBy(value, written, path));
    } else {
      entries.set(key, child === undefined || isPlain(child) ? value : unnamed(value, child, naming, [...path, key]));
      for (const [other, beside] of child === undefined ? [] : besideOf(child, value)) {
        if (!written.entries.has(other) && childOf(schema, other) !== undefined) entries.set(other, beside); // a pool has no kernels of its own
      }
      for (const found of child === undefined ? [] : unheard(child, value, part(part(written, "kernels"), "kind"))) {
        naming.problems.push({ ...found, path: [...path, key, ...found.path] });
      }
    }
  }
  return { ...written, entries };
}

/** Values that the preset named by `written` sets in the map around it. */
function besideOf(schema: z.ZodType, written: Written): [string, Written][] {
  const { preset: place } = traitOf(schema);
  const named = written.form === "map" ? written.entries.get("preset") : undefined;
  if (place === undefined || named?.form !== "scalar") return [];
  const { value: name } = named;
  const preset = typeof name === "string" && Object.hasOwn(PRESETS[place], name) ? PRESETS[place][name] : undefined;
  if (preset?.besideUnless?.some((key) => !isStill(preset.values, written as WrittenMap, [key]))) return [];
  return Object.entries(preset?.beside ?? {}).map(([key, value]) => [key, writtenOf(value, named.place)]);
}

/** Statements of `written` about the roofline over its preset, if the kernels are `kind`: measured ones would ignore them. */
function unheard(schema: z.ZodType, written: Written, kind: Written | undefined): Problem[] {
  const { preset: place } = traitOf(schema);
  const named = part(written, "preset");
  if (place !== "gpu" || written.form !== "map" || named?.form !== "scalar" || kind?.form !== "scalar" || kind.value !== "fitted")
    return [];
  const preset = typeof named.value === "string" && Object.hasOwn(PRESETS.gpu, named.value) ? PRESETS.gpu[named.value] : undefined;
  if (preset === undefined || !Object.hasOwn(preset.values, "fits")) return [];
  return OF_ROOFLINE.filter((key) => !isStill(preset.values, written, [key])).map((key) => ({
    path: [key],
    given: `${shorten(plainOf(written.entries.get(key)!))} beside fitted kernels, which have it from their measurements,`,
    wanted: "the preset's own, or `kernels: roofline`",
  }));
}

const OF_ROOFLINE = ["computeEfficiency", "bandwidthEfficiency", "launch"];

function nameProblems(place: PresetPlace, name: unknown, path: Path): Problem[] {
  const known = Object.keys(PRESETS[place]);
  if (name === null || known.some((each) => each === name)) return [];
  const suggestion = typeof name === "string" ? nearest(name, known) : undefined;
  const wanted = known.length === 0 ? `a map; there is no preset of a ${place}` : `a preset: ${either(known)}`;
  return [{ path, given: shorten(name), wanted, ...(suggestion === undefined ? {} : { suggestion }) }];
}

function configProblems(value: Written, path: Path): Problem[] {
  if (value.form === "scalar" && (value.implied !== undefined || value.value === null)) return [];
  return [{ path, given: shorten(plainOf(value)), wanted: "the path of a config.json, in a scenario file" }];
}

/** Assumptions that the config of `name` implies, if `written` at `path` still has its values. */
function impliedBy(name: Written, written: WrittenMap, path: Path): Assumption[] {
  const implied = name.form === "scalar" ? (name.implied ?? []) : [];
  return implied.flatMap(({ path: under, value, always = false, because }) => {
    const entry = under.reduce<Written | undefined>(part, written);
    const given = entry === undefined ? undefined : (plainOf(entry) ?? undefined);
    const isSame = typeof given === "object" ? JSON.stringify(given) === JSON.stringify(value) : given === value;
    return always || isSame ? [{ path: [...path, ...under].join("."), because }] : [];
  });
}

/** Assumptions of the preset for `written` at `path`, as far as the values are still its own. */
function assumedUnder(place: PresetPlace, name: unknown, written: WrittenMap, path: Path): Assumption[] {
  const preset = typeof name === "string" && Object.hasOwn(PRESETS[place], name) ? PRESETS[place][name] : undefined;
  return (preset?.assumed ?? []).flatMap((each) => {
    const under = typeof each === "string" ? each : each.path;
    if (!isStill(preset!.values, written, under.split("."))) return [];
    const at = [...path, under].join(".");
    return [typeof each === "string" ? at : { ...each, path: at }];
  });
}

/** Whether `written` has under `keys` what `values` have. */
function isStill(values: object, written: WrittenMap, keys: readonly string[]): boolean {
  const entry = keys.reduce<Written | undefined>(part, written);
  if (entry === undefined) return false;
  const own = valueAt(values, keys);
  return entry.form === "scalar" ? entry.value === own : JSON.stringify(plainOf(entry)) === JSON.stringify(own);
}
