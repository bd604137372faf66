/** A duplicate key in a map of a JSON text: JSON's own reader uses the last one. */
export interface DoubledKey {
  readonly key: string;
  /** Line of its second occurrence, from 1. */
  readonly line: number;
  readonly column: number;
}

/** The first key that a map of `json`, which is right otherwise, has a second time. */
export function doubledKey(json: string): DoubledKey | undefined {
  const open: (Set<string> | undefined)[] = []; // keys of the maps, and lists, that the place is in
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === "{") open.push(new Set());
    else if (sign === "[") open.push(undefined);
    else if (sign === "}" || sign === "]") open.pop();
    if (sign !== '"') continue;
    const end = endOfText(json, at);
    const keys = isKey(json, end) ? open.at(-1) : undefined;
    if (keys !== undefined) {
      const key = JSON.parse(json.slice(at, end)) as string;
      if (keys.has(key)) return { key, ...placeOf(json, at) };
      keys.add(key);
    }
    at = end - 1;
  }
  return undefined;
}

/** Offset after the closing quote of the string that begins at `from`. */
function endOfText(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isKey(json: string, end: number): boolean {
  let at = end;
  while (" \t\r\n".includes(json[at] ?? "-")) at++;
  return json[at] === ":";
}

function placeOf(json: string, at: number): { line: number; column: number } {
  const before = json.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
