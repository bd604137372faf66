import type { SeriesLabel } from "@tokenyard/scenario";

export type FamilyType = "gauge" | "counter" | "histogram";
type FamilyUnit = "ratio" | "seconds" | "bytes";

/** A set of series with one name, as they are exported. */
export interface Described<Key extends string> {
  readonly key: Key;
  /** Without `_total` and the like. */
  readonly name: string;
  readonly type: FamilyType;
  readonly labels: readonly SeriesLabel[];
  readonly help: string;
  /** OpenMetrics wants the name to end in it. */
  readonly unit?: FamilyUnit;
  /** [buckets] upper bounds of a histogram, the infinite one left out */
  readonly bounds?: readonly number[];
}

export const REPLICA = ["replica"] as const;
export const RANK = ["replica", "rank"] as const;
export const LAYER = ["replica", "layer"] as const;

/** A family of single numbers. */
function single(type: "gauge" | "counter") {
  return <Key extends string>(key: Key, name: string, labels: readonly SeriesLabel[], help: string, unit?: FamilyUnit): Described<Key> => ({
    key,
    name: named(name, unit),
    type,
    labels,
    help,
    ...(unit === undefined ? {} : { unit }),
  });
}

export const gauge = single("gauge");
export const counter = single("counter");

/** A family of histograms of times. */
export function histogram<Key extends string>(
  key: Key,
  name: string,
  labels: readonly SeriesLabel[],
  help: string,
  bounds: readonly number[],
): Described<Key> {
  return { key, name: named(name, "seconds"), type: "histogram", labels, help, unit: "seconds", bounds };
}

function named(name: string, unit?: string): string {
  return `tokenyard_${name}${unit === undefined ? "" : `_${unit}`}`;
}
