import * as z from "zod";
import { remembered } from "./remembered.ts";
import { traitOf, unwrapped } from "./trait.ts";

type Path = readonly (string | number)[];

/** What stands inside all wrappers of `schema`: a map, a choice, a list, a word, a number, … */
export const core: (schema: z.ZodType) => z.ZodType = remembered((schema) => {
  const inner = unwrapped(schema);
  return inner === undefined ? schema : core(inner);
});

/** The maps that `schema` admits: one, or one for each kind of a choice. */
export const variantsOf = remembered((schema: z.ZodType): readonly z.ZodObject[] => {
  const inner = core(schema);
  if (inner instanceof z.ZodObject) return [inner];
  if (inner instanceof z.ZodDiscriminatedUnion) return inner.options as unknown as z.ZodObject[];
  return [];
});

/** By kind, where there is a choice of several. */
const variantsByKind = remembered((schema: z.ZodType): ReadonlyMap<unknown, readonly z.ZodObject[]> => {
  const byKind = new Map<unknown, z.ZodObject[]>();
  const variants = variantsOf(schema);
  if (variants.length < 2) return byKind;
  for (const variant of variants) byKind.set(kindOf(variant), [...(byKind.get(kindOf(variant)) ?? []), variant]);
  return byKind;
});

/** The kinds of a choice; none for anything else. */
export function kindsOf(schema: z.ZodType): string[] {
  return core(schema) instanceof z.ZodDiscriminatedUnion ? variantsOf(schema).map(kindOf) : [];
}

/** The schema of the word `kind` of a choice. */
const kindOfChoice = remembered((schema: z.ZodType): z.ZodType => z.enum(kindsOf(schema)));

/** The variants that a map with this `kind` may be: the one of that kind, or all when the kind says nothing. */
function candidates(schema: z.ZodType, kind: unknown): readonly z.ZodObject[] {
  return variantsByKind(schema).get(kind) ?? variantsOf(schema);
}

/** Keys that may stand in the map `schema`, of the given kind when it is a choice. */
export function keysOf(schema: z.ZodType, kind?: unknown): string[] {
  const inner = core(schema);
  if (inner instanceof z.ZodRecord && inner.keyType instanceof z.ZodEnum) return inner.keyType.options.map(String);
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) return alternatives.flatMap((each) => keysOf(each));
  return [...new Set(candidates(schema, kind).flatMap((variant) => Object.keys(variant.shape)))];
}

/** Whether any word may be a key of the map `schema`. */
export function hasFreeKeys(schema: z.ZodType): boolean {
  return alternativesOf(schema).some((each) => {
    const inner = core(each);
    return inner instanceof z.ZodRecord && inner.keyType instanceof z.ZodString;
  });
}

/** The schema under `key`, or undefined when nothing may stand there. `kind` tells the variant of a choice. */
export function childOf(schema: z.ZodType, key: string | number, kind?: unknown): z.ZodType | undefined {
  const inner = core(schema);
  if (inner instanceof z.ZodArray) return /^\d+$/.test(String(key)) ? (inner.element as z.ZodType) : undefined;
  if (inner instanceof z.ZodRecord) return (inner.keyType as z.ZodType).safeParse(key).success ? (inner.valueType as z.ZodType) : undefined;
  const variants = variantsOf(schema);
  if (key === "kind" && variants.length > 1) return kindOfChoice(schema);
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) return alternatives.map((each) => childOf(each, key)).find((child) => child !== undefined);
  const owner = candidates(schema, kind).find((variant) => Object.hasOwn(variant.shape, key));
  return owner?.shape[key] as z.ZodType | undefined;
}

/** The schema at `path`, or undefined when nothing may stand there; `value`, where given, tells the kinds of choices on the way. */
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
    const key: string = schema !== undefined && isFree(schema) ? rest.splice(0).join(".") : (rest.shift() as string);
    schema = schema && childOf(schema, key);
    keys.push(key);
  }
  return keys;
}

/** Whether `schema` is a map with free names. */
export function isFree(schema: z.ZodType): boolean {
  const inner = core(schema);
  return inner instanceof z.ZodRecord && inner.keyType instanceof z.ZodString;
}

/** The alternatives of `schema` that are not told apart by a kind; itself when it has none. */
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

/** The word that tells a variant of a choice. */
export function kindOf(variant: z.ZodObject): string {
  return String((core(variant.shape["kind"] as z.ZodType) as z.ZodLiteral).value);
}
