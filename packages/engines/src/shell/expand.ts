import { type ParseEntry, parse } from "shell-quote";
import { arithmetic } from "./arithmetic.ts";

const LONGEST_EXPANSION = 4096; // characters of a `${ … }` or `$( … )`

/** Known values by name; nothing is read from the environment of this process. */
export type Variables = Map<string, string>;

/** Marks around what a script states and no reader can know: a variable's name, or a command whose output is unknown. */
const [OPEN, CLOSE] = ["\uE000", "\uE001"];
const UNKNOWN = /\uE000([^\uE001]*)\uE001/;
const UNKNOWNS = /\uE000([^\uE001]*)\uE001/g;

/** Unknown parts of `word`; undefined if there are none. */
export function unknownIn(word: string): string | undefined {
  return UNKNOWN.exec(word)?.[1];
}

/** `word` as a reader would write it, with `$NAME` for unknown parts. */
export function readable(word: string): string {
  return word.replace(UNKNOWNS, (_, name: string) => (/^\w+$/.test(name) ? `$${name}` : `$(${name})`));
}

const LONGEST = 1_000_000; // characters that expansions may give

/** `text` with the values of its variables and sums, as a shell puts them in; quotes stay. What is not known is marked. */
export function expanded(text: string, variables: Variables, isHeredoc = false): string {
  let out = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (out.length > LONGEST) return out;
    if (char === "\\" && quote !== "'") {
      out += isHeredoc ? (text[++at] ?? "") : char + (text[++at] ?? "");
      continue;
    }
    if (!isHeredoc && (char === "'" || char === '"') && (quote === "" || quote === char)) {
      quote = quote === "" ? char : "";
      out += char;
      continue;
    }
    const isPlain = quote === "'" || (char !== "$" && char !== "`");
    if (isPlain) {
      out += char;
      continue;
    }
    const found = substitution(text, at, variables);
    if (found === undefined) {
      out += isHeredoc ? char : `\\${char}`;
      continue;
    }
    out += isHeredoc ? found.value : escaped(found.value, quote === '"');
    at = found.end - 1;
  }
  return out;
}

/** Value of what begins with the `$` or backtick at `at`, and the offset of its end. */
function substitution(text: string, at: number, variables: Variables): { readonly value: string; readonly end: number } | undefined {
  if (text[at] === "`") {
    const end = at + 1 + text.slice(at + 1, at + LONGEST_EXPANSION).indexOf("`");
    return end <= at ? undefined : { value: `${OPEN}${text.slice(at + 1, end)}${CLOSE}`, end: end + 1 };
  }
  if (text.startsWith("$((", at)) {
    const end = at + text.slice(at, at + LONGEST_EXPANSION).indexOf("))");
    if (end < at) return undefined;
    const inside = text.slice(at + 3, end);
    const value = arithmetic(inside, (name) => variables.get(name));
    return { value: value === undefined ? `${OPEN}(${inside})${CLOSE}` : String(value), end: end + 2 };
  }
  if (text[at + 1] === "(") {
    const end = closing(text, at + 1, "(", ")");
    if (end < 0) return undefined;
    const inside = text.slice(at + 2, end);
    return { value: variables.get(inside) ?? `${OPEN}${inside}${CLOSE}`, end: end + 1 }; // Kubernetes writes $(NAME)
  }
  if (text[at + 1] === "{") {
    const end = closing(text, at + 1, "{", "}");
    if (end < 0) return undefined;
    return { value: parameter(text.slice(at + 2, end), variables), end: end + 1 };
  }
  const name = /^[A-Za-z_]\w*|^[0-9@*#?$!-]/.exec(text.slice(at + 1, at + 200))?.[0];
  if (name === undefined) return undefined;
  return { value: variables.get(name) ?? `${OPEN}${name}${CLOSE}`, end: at + 1 + name.length };
}

/** `NAME`, `NAME:-default` and their like. */
function parameter(inside: string, variables: Variables): string {
  const match = /^(\w+)(?:(:?[-=+?])(.*))?$/s.exec(inside);
  if (match === null) return `${OPEN}${inside}${CLOSE}`;
  const [, name = "", operator, word = ""] = match;
  const value = variables.get(name);
  if (operator === undefined) return value ?? `${OPEN}${name}${CLOSE}`;
  if (operator.endsWith("+")) return value === undefined || value === "" ? "" : expanded(word, variables);
  if (operator.endsWith("?")) return value ?? `${OPEN}${name}${CLOSE}`;
  return value !== undefined && (value !== "" || operator.length === 1)
    ? value
    : expanded(word.replace(/^(["'])(.*)\1$/s, "$2"), variables, true);
}

/** Offset at which the bracket opened at `at` is closed; -1 if it is not. */
function closing(text: string, at: number, open: string, close: string): number {
  let depth = 0;
  for (let i = at; i < Math.min(text.length, at + LONGEST_EXPANSION); i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i;
  }
  return -1;
}

/** A value put in where words are cut at blanks, or between double quotes where they are not. */
function escaped(value: string, isQuoted: boolean): string {
  return isQuoted ? value.replace(/["\\$`]/g, "\\$&") : value.replace(/[^\w\s./:=@%+,\-\uE000\uE001]/g, "\\$&");
}

/** The words of an expanded command; an operator such as `>` or `&&` is a word with a mark of its own. */
export type Word = { readonly word: string } | { readonly operator: string };

/** Cuts `text` into words by the rules of a shell. */
export function wordsOf(text: string): readonly Word[] {
  const hidden = text.replace(UNKNOWNS, (_, name: string) => `${OPEN}${encodeURIComponent(name)}${CLOSE}`); // blanks in it cut no words
  return entriesOf(hidden).flatMap((entry): Word[] => {
    if (typeof entry === "string") return [{ word: shown(entry) }];
    if ("comment" in entry) return [];
    return entry.op === "glob" && "pattern" in entry ? [{ word: shown(entry.pattern) }] : [{ operator: entry.op }];
  });
}

/** The entries of `text`; of one that is no whole command, its parts between blanks. */
function entriesOf(text: string): readonly ParseEntry[] {
  try {
    return parse(text, {});
  } catch {
    return text.split(/\s+/).filter((word) => word !== "");
  }
}

function shown(word: string): string {
  return word.replace(UNKNOWNS, (_, name: string) => `${OPEN}${decodeURIComponent(name)}${CLOSE}`);
}
