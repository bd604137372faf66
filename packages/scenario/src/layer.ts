import type { Written, WrittenMap } from "./written.ts";

/**
 * `upper` laid over `lower`: maps merge deep, lists and single values replace, null removes, and a map that states another
 * `kind` or `preset` starts afresh, from the values of its preset.
 */
export function layered(lower: Written | undefined, upper: Written): Written {
  if (upper.form !== "map" || lower?.form !== "map") return afresh(upper);
  if (changes(lower, upper, "kind") || changes(lower, upper, "preset")) return afresh(upper);
  const entries = new Map(lower.entries);
  for (const [key, value] of upper.entries) entries.set(key, layered(lower.entries.get(key), value));
  return { form: "map", entries, place: upper.place ?? lower.place };
}

/** `written` with nothing below it but the presets that it names. */
function afresh(written: Written): Written {
  if (written.form === "scalar") return written;
  if (written.form === "list") return { ...written, items: written.items.map(afresh) };
  const { under, place } = written;
  const map: WrittenMap = { form: "map", entries: new Map([...written.entries].map(([key, value]) => [key, afresh(value)])), place };
  return under === undefined ? map : layered(under, map);
}

/** Whether `upper` says of `key` something else than `lower` does. A kind beside none is no change: it may have been left to this layer. */
function changes(lower: WrittenMap, upper: WrittenMap, key: "kind" | "preset"): boolean {
  const before = word(lower, key);
  return upper.entries.has(key) && word(upper, key) !== before && (key === "preset" || before !== undefined);
}

function word(map: WrittenMap, key: string): unknown {
  const entry = map.entries.get(key);
  return entry?.form === "scalar" ? (entry.value ?? undefined) : undefined;
}
