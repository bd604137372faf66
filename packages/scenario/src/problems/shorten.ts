const LONGEST = 60; // characters

/** Text of any value for a message: flow style, at most about 60 characters, control characters escaped. */
export function shorten(given: unknown): string {
  const text = flow(given, LONGEST);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** Flow-style text of `value`; stops adding once `room` characters are used up, however large the value is. */
function flow(value: unknown, room: number): string {
  if (typeof value === "string") return quoted(value.slice(0, room + 1));
  if (typeof value === "number")
    return Number.isNaN(value) ? ".nan" : Number.isFinite(value) ? String(value) : value > 0 ? ".inf" : "-.inf";
  if (Array.isArray(value)) {
    if (value.length > 8) return `a list of ${value.length}`;
    return `[${joined(value, room, (item, left) => flow(item, left))}]`;
  }
  if (typeof value === "object" && value !== null) {
    const items = joined(Object.entries(value), room, ([key, item], left) => `${quoted(key.slice(0, left + 1))}: ${flow(item, left)}`);
    return items === "" ? "{}" : `{ ${items} }`;
  }
  return String(value);
}

function joined<T>(items: readonly T[], room: number, write: (item: T, left: number) => string): string {
  let text = "";
  for (const item of items) {
    if (text.length > room) break;
    text += (text === "" ? "" : ", ") + write(item, room - text.length);
  }
  return text;
}

/** `text` bare if it is unambiguous; quoted if it is empty, padded, like a number, or has control characters. */
function quoted(text: string): string {
  const isPlain = text.trim() === text && text !== "" && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && !/^[-+.]?\d[\d.eE+-]*$/.test(text);
  return isPlain && !PLAIN_WORDS.has(text) ? text : JSON.stringify(text).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, escaped);
}

const PLAIN_WORDS = new Set(["null", "true", "false", "~"]);

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
