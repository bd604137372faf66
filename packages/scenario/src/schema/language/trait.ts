import * as z from "zod";
import type { Bounds } from "../../quantities/quantity.ts";
import type { Unit } from "../../quantities/units.ts";
import { remembered } from "./remembered.ts";

export type PresetPlace = "gpu" | "model" | "network" | "tier" | "health" | "engine" | "availability";

/** Meaning of a schema beyond its shape; all code that walks the format reads it from here. */
export interface Trait {
  /** A quantity, written as text with this unit. */
  readonly unit?: Unit;
  readonly bounds?: Bounds;
  /** The map that a bare value means, such as `{ kind: uniform }` for `uniform`; undefined for none. */
  readonly widen?: (bare: unknown) => object | undefined;
  /** Kinds without required knobs, for which the bare word is enough. */
  readonly bareKinds?: () => readonly string[];
  /** Values drawn at random are legal here. */
  readonly drawn?: z.ZodType;
  /** Writes the checked value as in a file, if the parts of the schema do not define that. */
  readonly write?: (checked: unknown) => unknown;
  /** `{ preset: name }` is legal here, and keys beside it override. */
  readonly preset?: PresetPlace;
  /**
   * The path of a table is legal here: a .csv or .json file, or, if its columns have names, a .parquet one. On loading, path, sha256 and
   * rows replace it. For named columns, these: of each kind of row, which its first cell names.
   */
  readonly table?: true | NamedColumns;
  /** A long list of plain maps: no value in it means a map, and none names a preset. */
  readonly plain?: true;
  /** Text that may look like a number, such as a version: it is read as it was written. */
  readonly asWritten?: true;
  /** A key under which a map may stand, whose keys mean names that begin with it: `numerics: { tokens: 99 % }` is `numerics.tokens: 99 %`. */
  readonly nests?: string;
  /** The key that identifies a map, as `kind` does: with another value the map starts empty. */
  readonly word?: string;
  /** Hint that a message adds to the values that are valid here. */
  readonly hint?: string;
  /** Word for what a number counts, which may follow it: `steps` for `200 steps`. */
  readonly counts?: string;
  /** A fact of the world: when it is not stated, its default is reported as an assumption. */
  readonly physical?: true;
}

/** Columns with names: those that every row begins with, its kind first, and the further ones of each kind. */
export interface NamedColumns {
  readonly first: readonly string[];
  readonly ofKind: Readonly<Record<string, readonly string[]>>;
}

const traits = new WeakMap<z.core.$ZodType, Trait>();

/** Notes `trait` beside `schema`, for it and its copies: where others hold it, make a copy first. */
export function withTrait<S extends z.ZodType>(schema: S, trait: Trait): S {
  traits.set(schema, { ...traits.get(schema), ...trait });
  return schema;
}

/** The traits of `schema`, of the schema it was copied from, and of the one it wraps; the outer one wins. */
export const traitOf = remembered((schema: z.ZodType): Trait => {
  const inner = unwrapped(schema);
  let trait: Trait = inner === undefined ? {} : traitOf(inner);
  const copies: z.core.$ZodType[] = [];
  for (let copy: z.core.$ZodType | undefined = schema; copy !== undefined; copy = copy._zod.parent) copies.push(copy);
  for (const copy of copies.reverse()) trait = { ...trait, ...traits.get(copy) };
  return trait;
});

/** Whether `schema` is a fact of the world. Makes nothing: for a part that is made late, the mark is on the schema around it. */
export const isPhysical = remembered((schema: z.ZodType) => hasMark(schema, "physical"));

/** Whether `schema` is a long list of plain maps. Creates no schema to find out. */
export const isPlain = remembered((schema: z.ZodType) => hasMark(schema, "plain"));

function hasMark(schema: z.ZodType, mark: "physical" | "plain"): boolean {
  for (let copy: z.core.$ZodType | undefined = schema; copy !== undefined; copy = copy._zod.parent)
    if (traits.get(copy)?.[mark] === true) return true;
  const inner = schema instanceof z.ZodLazy ? undefined : unwrapped(schema);
  return inner !== undefined && hasMark(inner, mark);
}

/** Schema inside an optional, a default, a late part or a transform; undefined when `schema` wraps nothing. */
export const unwrapped = remembered((schema: z.ZodType): z.ZodType | undefined => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodLazy) return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodPipe) return (schema.in instanceof z.ZodTransform ? schema.out : schema.in) as z.ZodType;
  return undefined;
});

/** The unit of `schema`, or of the values that are drawn there. */
export function unitOf(schema: z.ZodType): Unit | undefined {
  const { unit, drawn } = traitOf(schema);
  return unit ?? (drawn === undefined ? undefined : traitOf(drawn).unit);
}

/** The description of `schema`, or of the schema it wraps. */
export function meaningOf(schema: z.ZodType): string {
  const inner = unwrapped(schema);
  return schema.description ?? (inner === undefined ? "" : meaningOf(inner));
}
