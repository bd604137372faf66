import { areKnown } from "../presets/fits/known-fits.ts";
import type { Place } from "../problems/problem.ts";

/** A value as written, with the place of each part: the form of files, presets and `--set` before they are checked. */
export type Written = WrittenMap | WrittenList | WrittenScalar;

export interface WrittenMap {
  readonly form: "map";
  readonly entries: ReadonlyMap<string, Written>;
  /** Place of its key; of itself in a list and at the root. */
  readonly place?: Place | undefined;
  /** The key that identifies the map, beside `kind` and similar ones. */
  readonly word?: string;
  /** Values of the preset or config that it names, for where it starts afresh. */
  readonly under?: WrittenMap;
}

export interface WrittenList {
  readonly form: "list";
  readonly items: readonly Written[];
  readonly place?: Place | undefined;
}

/** A value with a reason: `value` under `path`, or undefined if the value that it follows decides. */
export interface ImpliedValue {
  readonly path: readonly string[];
  readonly value: unknown;
  /** True if it holds whatever the scenario states. */
  readonly always?: true;
  readonly because: string;
}

export interface WrittenScalar {
  readonly form: "scalar";
  /** Null in a map removes the key. Fits of a preset are one value, until their parts are needed. */
  readonly value: unknown;
  /** Text of a number that is not written as it prints, such as 0.20. */
  readonly source?: string;
  /** Values implied by a file that it names and that was read: these values of the map around it are not written there. */
  readonly implied?: readonly ImpliedValue[];
  readonly place?: Place | undefined;
}

/** A plain tree as written at `place`. */
export function writtenOf(tree: unknown, place?: Place): Written {
  return areKnown(tree) ? { form: "scalar", value: tree, place } : inParts(tree, place);
}

/** `written`; a list that is one value, in its parts. */
export function opened(written: Written): Written {
  return written.form === "scalar" && areKnown(written.value) ? inParts(written.value, written.place) : written;
}

function inParts(tree: unknown, place: Place | undefined): Written {
  if (Array.isArray(tree)) return { form: "list", items: tree.map((item) => writtenOf(item, place)), place };
  if (typeof tree !== "object" || tree === null) return { form: "scalar", value: tree, place };
  return { form: "map", entries: new Map(Object.entries(tree).map(([key, value]) => [key, writtenOf(value, place)])), place };
}

/** The plain tree; keys with null are left out. */
export function plainOf(written: Written): unknown {
  if (written.form === "scalar") return written.value;
  if (written.form === "list") return written.items.map(plainOf);
  const plain: Record<string, unknown> = {};
  for (const [key, value] of written.entries) {
    if (value.form === "scalar" && value.value === null) continue;
    Object.defineProperty(plain, key, { value: plainOf(value), enumerable: true, configurable: true, writable: true }); // `__proto__` stays a key
  }
  return plain;
}

/** The word of a choice: bare, or under `kind`. */
export function wordIn(value: Written | undefined): string | undefined {
  const word = value?.form === "map" ? part(value, "kind") : value;
  return word?.form === "scalar" && typeof word.value === "string" ? word.value : undefined;
}

/** Place of the value at `path`, or of the nearest written value around it. */
export function placeOf(root: Written, path: readonly (string | number)[]): Place | undefined {
  let at: Written | undefined = root;
  let place = root.place;
  for (const key of path) {
    at = part(at, key);
    if (at === undefined) break;
    place = at.place ?? place;
  }
  return place;
}

/** Value under `key` of a map or list, or undefined. */
export function part(written: Written | undefined, key: string | number): Written | undefined {
  if (written?.form === "map") return written.entries.get(String(key));
  const list = written && opened(written);
  return list?.form === "list" ? list.items[Number(key)] : undefined;
}
