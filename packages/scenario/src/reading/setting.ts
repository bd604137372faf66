import * as z from "zod";
import { unknownPath } from "../assumed.ts";
import { builtInKinds } from "../plugins/built-in-kinds.ts";
import { DOORS } from "../plugins/policy-words.ts";
import type { Place, Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { childOf, keysOf, keysOfPath, schemaAt } from "../schema/language/structure.ts";
import { traitOf } from "../schema/language/trait.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { layered } from "./layer.ts";
import { widened } from "./widen.ts";
import { opened, part, type Written, wordIn, writtenOf } from "./written.ts";
import { readYaml, type YamlReading } from "./yaml.ts";

const FORM = "path=value, such as parallelism.tensor=4";

/** `written` with each of `set` (`path=value`, a YAML flow value) laid over it in order. What cannot be laid goes to `problems`. */
export function withSettings(written: Written, set: readonly string[], problems: Problem[]): Written {
  const laid = set.reduce((below, text, i) => withSetting(below, text, { set: i + 1 }, problems), written);
  return set.reduce((below, text, i) => withKinds(below, text, { set: i + 1 }), laid);
}

/** `written` with the default kinds along the path that `text` sets, where no kind is written and all written keys fit the default. */
function withKinds(written: Written, text: string, place: Place): Written {
  const keys = keysOfPath(scenarioSchema, text.slice(0, Math.max(0, text.indexOf("="))).trim());
  for (let count = 1; count < keys.length; count++) {
    const path = keys.slice(0, count);
    const schema = schemaAt(scenarioSchema, path);
    const there = path.reduce<Written | undefined>(part, written);
    if (!(schema instanceof z.ZodPrefault) || there?.form !== "map" || there.entries.has("kind")) continue;
    const kind = part(widened(writtenOf(schema.def.defaultValue), schema), "kind");
    const own = kind?.form === "scalar" ? keysOf(schema, kind.value) : [];
    if (kind !== undefined && [...there.entries.keys()].every((key) => own.includes(key)))
      return laidAt(written, [...path, "kind"], { ...kind, place }, place, [], keys);
  }
  return written;
}

function withSetting(written: Written, text: string, place: Place, problems: Problem[]): Written {
  const equals = text.indexOf("=");
  const path = text.slice(0, Math.max(0, equals)).trim();
  if (path === "") {
    problems.push({ path: [], given: shorten(text), wanted: FORM, place });
    return written;
  }
  const keys = keysOfPath(scenarioSchema, path);
  const door = strangeDoor(written, path);
  const schema = door === undefined ? settable(keys) : z.unknown();
  if (schema === undefined) {
    problems.push({ ...unknownPath(keys, path), place });
    return written;
  }
  const file = fileAbove(written, keys);
  if (file !== undefined) {
    const wanted = `another file at ${file.path}, as in ${file.path}=other.csv: what a file holds is read after --set`;
    problems.push({ path: keys, given: `a value in ${shorten(file.name)}`, wanted, place });
    return written;
  }
  const { root, problems: faults } = readValue(text.slice(equals + 1), place);
  if (root === undefined) {
    const listed = faults.length > 0 ? faults : [{ given: "nothing", wanted: `a value after ${path}=, or null to remove it` }];
    problems.push(...listed.map((fault) => ({ ...fault, path: keys, place })));
    return written;
  }
  if (door !== undefined) {
    const { path: at, word } = door;
    const named = laidAt(written, at, writtenOf({ kind: word }, place), place, problems, keys); // the word may have been bare
    return laidAt(named, path.split("."), root, place, problems, keys);
  }
  const parent = keys.at(-1) === "preset" ? schemaAt(scenarioSchema, keys.slice(0, -1)) : undefined;
  if (parent === undefined) return laidAt(written, keys, widened(root, schema), place, problems, keys);
  const named: Written = { form: "map", entries: new Map([["preset", root]]), place }; // the map, for it brings the preset's values
  return laidAt(written, keys.slice(0, -1), widened(named, parent), place, problems, keys);
}

/** The door above `path` at which `written` has a word that is not ours, so that the keys beside it are those of a plug-in. */
function strangeDoor(written: Written, path: string): { readonly path: readonly string[]; readonly word: string } | undefined {
  const door = DOORS.find((each) => path.startsWith(`${each}.`) && path !== `${each}.kind`);
  const at = door?.split(".") ?? [];
  const word = door === undefined ? undefined : wordIn(at.reduce<Written | undefined>(part, written));
  return word === undefined || builtInKinds(door!).includes(word) ? undefined : { path: at, word };
}

/** A whole number that YAML reads as written. */
const WHOLE = /^(?:0|[1-9]\d{0,14})$/;

/** Value as YAML reads it. Points of a study mostly set whole numbers, which need no parser. */
export function readValue(text: string, place: Place): YamlReading {
  return WHOLE.test(text) ? { root: { form: "scalar", value: Number(text), place }, problems: [] } : readYaml(text, () => place);
}

/** The schema at `keys`, including `preset`; undefined if nothing is legal there. */
function settable(keys: readonly string[]): z.ZodType | undefined {
  let schema: z.ZodType | undefined = scenarioSchema;
  for (const [i, key] of keys.entries()) {
    if (schema === undefined) return undefined;
    const isPreset: boolean = key === "preset" && i === keys.length - 1 && traitOf(schema).preset !== undefined;
    schema = isPreset ? scenarioSchema.shape.name : childOf(schema, key);
  }
  return schema;
}

/** The file, named in `written` and not read yet, that would contain the value at `keys`. */
function fileAbove(written: Written, keys: readonly string[]): { readonly path: string; readonly name: string } | undefined {
  let at: Written | undefined = written;
  let schema: z.ZodType | undefined = scenarioSchema;
  for (const [i, key] of keys.entries()) {
    if (at === undefined || schema === undefined) return undefined;
    if (at.form === "scalar" && typeof at.value === "string" && traitOf(schema).table !== undefined) {
      return { path: keys.slice(0, i).join("."), name: at.value };
    }
    at = part(at, key);
    schema = childOf(schema, key);
  }
  return undefined;
}

function laidAt(
  written: Written | undefined,
  keys: readonly string[],
  value: Written,
  place: Place,
  problems: Problem[],
  all: readonly string[],
): Written {
  const [key, ...rest] = keys;
  if (key === undefined) return layered(written, value);
  const list = written && opened(written);
  if (list?.form === "list") {
    const index = Number(key);
    if (!(index <= list.items.length)) {
      const wanted = list.items.length === 0 ? "the index 0" : `an index from 0 to ${list.items.length}`;
      problems.push({ path: all, given: shorten(key), wanted, place });
      return list;
    }
    const items = [...list.items];
    items[index] = laidAt(items[index], rest, value, place, problems, all);
    return { ...list, items };
  }
  const inner = laidAt(part(written, key), rest, value, place, problems, all);
  const before = part(written, "kind");
  const isOther = key === "kind" && before?.form === "scalar" && inner.form === "scalar" && inner.value !== before.value;
  // keys of another kind are not searched in the file
  return layered(written, { form: "map", entries: new Map([[key, inner]]), place: (isOther ? undefined : written?.place) ?? place });
}
