/** Position at which a text stops being JSON. */
export interface JsonMistake {
  /** The offset of the first character that no JSON can have there. */
  readonly at: number;
  readonly given: string;
  readonly wanted: string;
}

type Wanted =
  | "a value"
  | "a value or ]"
  | "a key in quotes"
  | "a key in quotes or }"
  | "a colon"
  | "a comma or ]"
  | "a comma or }"
  | "nothing more";

const SPACE = /[ \t\r\n]*/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** Characters that a message shows. */
const SHOWN = 12;

/** The first mistake of `text`, which is no JSON. What engines say of it differs, and often has no place. */
export function jsonMistake(text: string): JsonMistake {
  const open: ("{" | "[")[] = [];
  let wanted: Wanted = "a value";
  const after = (): Wanted => (open.length === 0 ? "nothing more" : open.at(-1) === "{" ? "a comma or }" : "a comma or ]");
  for (let at = 0; ; ) {
    at = end(SPACE, text, at)!;
    const sign: string | undefined = text[at];
    const quoted = sign === '"' ? stringEnd(text, at) : undefined;
    if (quoted?.isWhole === false) return mistake(text, quoted.end, "the rest of a text, and a quote");
    const string: number | undefined = quoted?.end;
    if (wanted.startsWith("a key") && string !== undefined) [at, wanted] = [string, "a colon"];
    else if (wanted === "a colon" && sign === ":") [at, wanted] = [at + 1, "a value"];
    else if (isEnd(wanted, sign)) {
      open.pop();
      [at, wanted] = [at + 1, after()];
    } else if (wanted.startsWith("a comma") && sign === ",") {
      [at, wanted] = [at + 1, open.at(-1) === "{" ? "a key in quotes" : "a value"];
    } else if (wanted.startsWith("a value") && (sign === "{" || sign === "[")) {
      open.push(sign);
      [at, wanted] = [at + 1, sign === "{" ? "a key in quotes or }" : "a value or ]"];
    } else {
      const scalar: number | undefined = wanted.startsWith("a value") ? (string ?? end(WORD, text, at)) : undefined;
      if (scalar === undefined) return mistake(text, at, wanted);
      [at, wanted] = [scalar, after()];
    }
  }
}

function isEnd(wanted: Wanted, sign: string | undefined): boolean {
  return (sign === "}" && wanted.endsWith("or }")) || (sign === "]" && wanted.endsWith("or ]"));
}

/** Behind the match at `at`; undefined where there is none. */
function end(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Behind the text in quotes that begins at `at`, or where it ceases to be one. */
function stringEnd(text: string, at: number): { readonly end: number; readonly isWhole: boolean } {
  let i = at + 1;
  while (i < text.length && text[i] !== '"') {
    const next = text[i] === "\\" ? end(ESCAPE, text, i) : text[i]! < " " ? undefined : i + 1;
    if (next === undefined) return { end: i, isWhole: false };
    i = next;
  }
  return i < text.length ? { end: i + 1, isWhole: true } : { end: i, isWhole: false };
}

function mistake(text: string, at: number, wanted: string): JsonMistake {
  const given = /^[\w.+-]+/.exec(text.slice(at, at + SHOWN))?.[0] ?? text.slice(at, at + 1);
  return { at, given: given === "" ? "the end" : JSON.stringify(given), wanted };
}
