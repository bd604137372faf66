import type { Written, WrittenMap } from "./written.ts";

/**
 * `upper` laid over `lower`: maps merge deep, lists and single values replace, null removes, and a map that states another
 * `kind`, `preset` or `huggingface` starts afresh, from the values that its preset or config gives.
 */
export function layered(lower: Written | undefined, upper: Written): Written {
  if (upper.form !== "map" || lower?.form !== "map") return afresh(upper);
  const word = upper.word ?? lower.word;
  if ((word === undefined ? WORDS : [...WORDS, word]).some((key) => changes(lower, upper, key))) return afresh(upper);
  const entries = new Map(lower.entries);
  for (const [key, value] of upper.entries) entries.set(key, layered(lower.entries.get(key), value));
  const map: WrittenMap = { form: "map", entries, place: upper.place ?? lower.place };
  return word === undefined ? map : { ...map, word };
}

const WORDS = ["kind", "preset", "huggingface"] as const;

/** `written` on top of only the presets and configs that it names. */
function afresh(written: Written): Written {
  if (written.form === "scalar") return written;
  if (written.form === "list") return { ...written, items: written.items.map(afresh) };
  const { under, place, word } = written;
  const entries = new Map([...written.entries].map(([key, value]) => [key, afresh(value)]));
  const map: WrittenMap = { form: "map", entries, place, ...(word === undefined ? {} : { word }) };
  return under === undefined ? map : layered(afresh(under), map);
}

/** Whether `upper` says of `key` something else than `lower` does. A kind beside none is no change: it may have been left to this layer. */
function changes(lower: WrittenMap, upper: WrittenMap, key: string): boolean {
  const before = word(lower, key);
  return upper.entries.has(key) && word(upper, key) !== before && (key !== "kind" || before !== undefined);
}

function word(map: WrittenMap, key: string): unknown {
  const entry = map.entries.get(key);
  return entry?.form === "scalar" ? (entry.value ?? undefined) : undefined;
}
