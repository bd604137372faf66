import type { Written, WrittenMap } from "./written.ts";

/**
 * `upper` laid over `lower`: maps merge deep, lists and single values replace, null removes, and a map that states another
 * `kind` or `preset` replaces. Laying is associative, so that a preset may be slid under the finished pile.
 */
export function layered(lower: Written | undefined, upper: Written): Written {
  if (upper.form !== "map" || upper.replaces === true || lower === undefined) return upper;
  if (lower.form !== "map" || states(lower, upper, "kind") || states(lower, upper, "preset")) return { ...upper, replaces: true };
  const entries = new Map(lower.entries);
  for (const [key, value] of upper.entries) entries.set(key, layered(lower.entries.get(key), value));
  return { form: "map", entries, place: upper.place ?? lower.place, replaces: lower.replaces === true };
}

/** Whether `upper` states a `key` that `lower` does not have so. A kind beside none is not a change: a preset may give it. */
function states(lower: WrittenMap, upper: WrittenMap, key: "kind" | "preset"): boolean {
  const above = word(upper, key);
  const below = word(lower, key);
  return above !== undefined && above !== below && (key === "preset" || below !== undefined);
}

function word(map: WrittenMap, key: string): unknown {
  const entry = map.entries.get(key);
  return entry?.form === "scalar" && entry.value !== null ? entry.value : undefined;
}
