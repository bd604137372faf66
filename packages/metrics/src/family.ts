import { CACHE_FAMILIES } from "./families/caches.ts";
import type { Described } from "./families/described.ts";
import { REQUEST_FAMILIES } from "./families/requests.ts";
import { WORK_FAMILIES } from "./families/work.ts";

/** Families of metrics that a run is sampled for. Source: docs/alerts.md. */
export const FAMILIES = [...WORK_FAMILIES, ...REQUEST_FAMILIES, ...CACHE_FAMILIES] as const;

export type FamilyKey = (typeof FAMILIES)[number]["key"];
export type Family = Described<FamilyKey>;

export function familyOf(key: FamilyKey): Family {
  return BY_KEY.get(key)!;
}

const BY_KEY: ReadonlyMap<string, Family> = new Map(FAMILIES.map((family) => [family.key, family]));

/** Numbers that a series of `family` has in a sample: of a histogram, its buckets up to the infinite one, and the sum. */
export function widthOf({ bounds }: Pick<Family, "bounds">): number {
  return bounds === undefined ? 1 : bounds.length + 2;
}
