import * as z from "zod";
import { remembered } from "./remembered.ts";
import { traitOf, unwrapped } from "./trait.ts";

type Path = readonly (string | number)[];

/** Schema inside all wrappers of `schema`: a map, a choice, a list, a word, a number, … */
export const core: (schema: z.ZodType) => z.ZodType = remembered((schema) => {
  const inner = unwrapped(schema);
  return inner === undefined ? schema : core(inner);
});

/** The maps that `schema` admits: one, or one for each kind of a choice. */
export const variantsOf = remembered((schema: z.ZodType): readonly z.ZodObject[] => {
  const inner = core(schema);
  if (inner instanceof z.ZodObject) return [inner];
  return [...optionsByKind(schema).values()].map((option) => core(option) as z.ZodObject);
});

/** Variants of a choice by kind, some of them created on first use. Empty for other schemas. */
const optionsByKind = remembered((schema: z.ZodType): ReadonlyMap<unknown, z.ZodType> => {
  const inner = core(schema);
  const options = inner instanceof z.ZodDiscriminatedUnion ? (inner.options as unknown as z.ZodType[]) : [];
  return new Map(options.map((option) => [kindOf(option), option]));
});

/** The kinds of a choice; none for anything else. */
export function kindsOf(schema: z.ZodType): string[] {
  return [...optionsByKind(schema).keys()].map(String);
}

/** The schema of the word `kind` of a choice. */
const kindOfChoice = remembered((schema: z.ZodType): z.ZodType => z.enum(kindsOf(schema)));

/** Possible variants of a map with this `kind`: the one of that kind, or all when the kind is unknown. */
function candidates(schema: z.ZodType, kind: unknown): Iterable<z.ZodType> {
  const options = optionsByKind(schema);
  const option = options.get(kind);
  if (option !== undefined) return [option];
  return options.size > 0 ? options.values() : variantsOf(schema);
}

/** Legal keys of the map `schema`, of the given kind when it is a choice. */
export function keysOf(schema: z.ZodType, kind?: unknown): string[] {
  return [...fieldsOf(schema, kind).keys()];
}

/** Schemas under each named key of the map `schema`, in the order of the format; of the given kind when it is a choice. */
export function fieldsOf(schema: z.ZodType, kind?: unknown): ReadonlyMap<string, z.ZodType> {
  const byKind = fieldsByKind(schema);
  const known = optionsByKind(schema).has(kind) ? kind : undefined; // an unknown kind decides nothing
  let fields = byKind.get(known);
  if (fields === undefined) {
    fields = readFields(schema, known);
    byKind.set(known, fields);
  }
  return fields;
}

const fieldsByKind = remembered((_: z.ZodType) => new Map<unknown, ReadonlyMap<string, z.ZodType>>());

function readFields(schema: z.ZodType, kind: unknown): ReadonlyMap<string, z.ZodType> {
  const inner = core(schema);
  if (inner instanceof z.ZodRecord)
    return new Map(
      inner.keyType instanceof z.ZodEnum ? inner.keyType.options.map((key) => [String(key), inner.valueType as z.ZodType]) : [],
    );
  const alternatives = alternativesOf(schema);
  const fields = new Map<string, z.ZodType>();
  const maps =
    alternatives.length > 1
      ? alternatives.map((each) => fieldsOf(each))
      : Array.from(candidates(schema, kind), (option) => Object.entries((core(option) as z.ZodObject).shape) as [string, z.ZodType][]);
  for (const map of maps) for (const [key, child] of map) if (!fields.has(key)) fields.set(key, child);
  return fields;
}

/** Whether any word may be a key of the map `schema`. */
export function hasFreeKeys(schema: z.ZodType): boolean {
  return alternativesOf(schema).some(isFree);
}

/** The schema under `key`, or undefined if the key is not legal. `kind` names the variant of a choice. */
export function childOf(schema: z.ZodType, key: string | number, kind?: unknown): z.ZodType | undefined {
  return findIn(schema)(key, kind);
}

type Find = (key: string | number, kind: unknown) => z.ZodType | undefined;

/** Lookup of children of `schema`, whose type is examined once. */
const findIn = remembered((schema: z.ZodType): Find => {
  const inner = core(schema);
  if (inner instanceof z.ZodArray) return (key) => (/^\d+$/.test(String(key)) ? (inner.element as z.ZodType) : undefined);
  if (inner instanceof z.ZodRecord)
    return (key) => ((inner.keyType as z.ZodType).safeParse(key).success ? (inner.valueType as z.ZodType) : undefined);
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) return (key) => firstWith(alternatives, key);
  const options = optionsByKind(schema);
  if (options.size === 0) return (key) => fieldsOf(schema).get(String(key));
  return (key, kind) => {
    if (key === "kind" && options.size > 1) return kindOfChoice(schema);
    return options.has(kind) ? fieldsOf(schema, kind).get(String(key)) : firstWith(options.values(), key); // creates no more kinds than necessary
  };
});

function firstWith(schemas: Iterable<z.ZodType>, key: string | number): z.ZodType | undefined {
  for (const schema of schemas) {
    const child = childOf(schema, key);
    if (child !== undefined) return child;
  }
  return undefined;
}

/** The schema at `path`, or undefined if the path is not legal; `value`, if given, has the kinds of choices on the way. */
export function schemaAt(root: z.ZodType, path: Path, value?: unknown): z.ZodType | undefined {
  let schema: z.ZodType | undefined = root;
  let at = value;
  for (const key of path) {
    schema = schema && childOf(schema, key, valueAt(at, ["kind"]));
    at = valueAt(at, [key]);
  }
  return schema;
}

/** The value at `path` in a plain tree, or undefined. */
export function valueAt(tree: unknown, path: Path): unknown {
  let at = tree;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** `text` cut at its dots into keys. In a map with free names (as `targets`) the rest is one key: names of metrics have dots. */
export function keysOfPath(root: z.ZodType, text: string): string[] {
  const keys: string[] = [];
  const rest = text.split(".");
  let schema: z.ZodType | undefined = root;
  while (rest.length > 0) {
    const isName = schema !== undefined && isFree(schema) && !holdsMaps(schema);
    const key: string = isName ? rest.splice(0).join(".") : (rest.shift() as string);
    schema = schema && childOf(schema, key);
    keys.push(key);
  }
  return keys;
}

/** Whether free names of `schema` contain maps, so that paths continue below them. */
function holdsMaps(schema: z.ZodType): boolean {
  const inner = core(schema);
  return inner instanceof z.ZodRecord && core(inner.valueType as z.ZodType) instanceof z.ZodObject;
}

/** Whether `schema` is a map with free names. */
export function isFree(schema: z.ZodType): boolean {
  const inner = core(schema);
  return inner instanceof z.ZodRecord && inner.keyType instanceof z.ZodString;
}

/** The alternatives of `schema` that no kind distinguishes; itself when it has none. */
export const alternativesOf: (schema: z.ZodType) => readonly z.ZodType[] = remembered((schema) => {
  const inner = core(schema);
  const isPlain = inner instanceof z.ZodUnion && !(inner instanceof z.ZodDiscriminatedUnion);
  return isPlain ? inner.options.flatMap((option) => alternativesOf(option as z.ZodType)) : [schema];
});

/** Every path that the format knows, in the order of the format; a choice gives the knobs of all its kinds. */
export function pathsOf(schema: z.ZodType, under = ""): string[] {
  const preset = traitOf(schema).preset === undefined ? [] : ["preset"];
  return [...keysOf(schema), ...preset].flatMap((key) => {
    const child = childOf(schema, key);
    return [`${under}${key}`, ...(child === undefined ? [] : pathsOf(child, `${under}${key}.`))];
  });
}

/** The word that names a variant of a choice. */
export function kindOf(variant: z.ZodType): string {
  const [kind] = variant._zod.propValues?.["kind"] ?? [];
  return String(kind);
}
