import { type Document, isAlias, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

/**
 * `text` (YAML) with the value at `path` replaced by `value`, or added where it is missing; all else, comments among it, stays as it is.
 * Undefined where the text has something else in the way: a scalar such as the name of a preset, an alias, or a mistake.
 */
export function editedText(text: string, path: readonly string[], value: string): string | undefined {
  const doc = parseDocument(text, { keepSourceTokens: true });
  if (doc.errors.length > 0 || path.length === 0) return undefined;
  const edited = edit(text, doc, path, value);
  return edited !== undefined && parseDocument(edited).errors.length === 0 ? edited : undefined;
}

function edit(text: string, doc: Document.Parsed, path: readonly string[], value: string): string | undefined {
  if (doc.contents === null) return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${nested(path, value)}\n`;
  if (!isMap(doc.contents)) return undefined;
  let map: YAMLMap = doc.contents;
  for (const [at, key] of path.entries()) {
    const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (pair === undefined) return inserted(text, map, path.slice(at), value);
    const node = pair.value;
    if (at === path.length - 1)
      return isScalar(node) && node.range && node.anchor === undefined ? spliced(text, node.range, value) : undefined;
    if (!isMap(node) || isAlias(node)) return undefined;
    map = node;
  }
  return undefined;
}

/** An empty value (`key:`) has no characters: a space goes before the new one. */
function spliced(text: string, [from, to]: readonly [number, number, number], value: string): string {
  const space = from === to && text[from - 1] === ":" ? " " : "";
  return `${text.slice(0, from)}${space}${value}${text.slice(to)}`;
}

/** Inserts missing keys before the first key of a map; for a map in the file's first column, at the end of the file. */
function inserted(text: string, map: YAMLMap, missing: readonly string[], value: string): string | undefined {
  if (map.range === undefined || map.range === null) return undefined;
  const [from] = map.range;
  if (map.flow === true) {
    const comma = map.items.length === 0 ? " " : ",";
    return `${text.slice(0, from + 1)} ${nested(missing, value)}${comma}${text.slice(from + 1)}`;
  }
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const indent = text.slice(start, from);
  if (indent === "") return `${text}${text.endsWith("\n") ? "" : "\n"}${nested(missing, value)}\n`;
  if (!/^ *$/.test(indent)) return undefined;
  return `${text.slice(0, from)}${nested(missing, value)}\n${indent}${text.slice(from)}`;
}

/** `a: { b: 2 }` */
function nested([key = "", ...rest]: readonly string[], value: string): string {
  return rest.length === 0 ? `${key}: ${value}` : `${key}: { ${nested(rest, value)} }`;
}
