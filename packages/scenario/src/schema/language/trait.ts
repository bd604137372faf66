import * as z from "zod";
import type { Bounds } from "../../quantities/quantity.ts";
import type { Unit } from "../../quantities/units.ts";
import { remembered } from "./remembered.ts";

export type PresetPlace = "gpu" | "model" | "network" | "tier" | "health" | "engine" | "availability";

/** What a schema means beyond its shape; everything that walks the format reads it from here. */
export interface Trait {
  /** A quantity, written as text with this unit. */
  readonly unit?: Unit;
  readonly bounds?: Bounds;
  /** The map that a bare value stands for, as `uniform` for `{ kind: uniform }`; undefined when it stands for none. */
  readonly widen?: (bare: unknown) => object | undefined;
  /** Kinds that need no knobs, so that the bare word is enough. */
  readonly bareKinds?: () => readonly string[];
  /** Values drawn at random may stand here. */
  readonly drawn?: z.ZodType;
  /** Writes the checked value as it may stand in a file, where the parts of the schema do not say it. */
  readonly write?: (checked: unknown) => unknown;
  /** `{ preset: name }` may stand here, and keys beside it override. */
  readonly preset?: PresetPlace;
  /**
   * The path of a table may stand here: a .csv or .json file, or, where its columns have names, a .parquet one. When it is loaded, path, sha256 and rows take its place. Where the columns have names,
   * these: of each kind of row, which its first cell names.
   */
  readonly table?: true | NamedColumns;
  /** A long list of plain maps: no value in it stands for a map, and none names a preset. */
  readonly plain?: true;
  /** Text that may look like a number, such as a version: it is read as it was written. */
  readonly asWritten?: true;
  /** The key that says what a map is, as `kind` does: with another value the map begins afresh. */
  readonly word?: string;
  /** What a message adds to the values that may stand here. */
  readonly hint?: string;
  /** What a number counts, which may be written behind it: `steps` for `200 steps`. */
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

/** The traits of `schema`, of what it was copied from, and of what it wraps; the outer one wins. */
export const traitOf = remembered((schema: z.ZodType): Trait => {
  const inner = unwrapped(schema);
  let trait: Trait = inner === undefined ? {} : traitOf(inner);
  const copies: z.core.$ZodType[] = [];
  for (let copy: z.core.$ZodType | undefined = schema; copy !== undefined; copy = copy._zod.parent) copies.push(copy);
  for (const copy of copies.reverse()) trait = { ...trait, ...traits.get(copy) };
  return trait;
});

/** Whether `schema` is a fact of the world. Nothing is made to know it: of a part that is made late, it stands on what is around it. */
export const isPhysical = remembered((schema: z.ZodType) => hasMark(schema, "physical"));

/** Whether `schema` is a long list of plain maps. Nothing is made to know it. */
export const isPlain = remembered((schema: z.ZodType) => hasMark(schema, "plain"));

function hasMark(schema: z.ZodType, mark: "physical" | "plain"): boolean {
  for (let copy: z.core.$ZodType | undefined = schema; copy !== undefined; copy = copy._zod.parent)
    if (traits.get(copy)?.[mark] === true) return true;
  const inner = schema instanceof z.ZodLazy ? undefined : unwrapped(schema);
  return inner !== undefined && hasMark(inner, mark);
}

/** What is inside an optional, a default, a part that is made late or a transform; undefined when `schema` wraps nothing. */
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

/** The description of `schema`, or of what it wraps. */
export function meaningOf(schema: z.ZodType): string {
  const inner = unwrapped(schema);
  return schema.description ?? (inner === undefined ? "" : meaningOf(inner));
}
