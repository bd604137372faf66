/** Position of the cursor in a text: at a key of the map at `path`, or at the value at `path`. */
export interface Spot {
  readonly path: readonly string[];
  readonly at: "key" | "value";
  /** The word before the cursor. */
  readonly word: string;
}

interface Level {
  readonly indent: number;
  readonly key: string;
}

/** The spot at the end of `before`, the text up to the cursor. Knows maps in blocks and in braces, and lists of either. */
export function spotIn(before: string): Spot {
  const lines = before.split("\n");
  const last = lines.pop() ?? "";
  const levels: Level[] = [];
  for (const line of lines) {
    const [, dash = "", key] = /^(\s*(?:- +)*)([\w.-]+):/.exec(line) ?? [];
    if (key === undefined) continue;
    while (levels.length > 0 && levels.at(-1)!.indent >= dash.length) levels.pop();
    levels.push({ indent: dash.length, key });
  }
  const [lead = ""] = /^\s*(?:- +)*/.exec(last) ?? [];
  const outer = levels.filter(({ indent }) => indent < lead.length).map(({ key }) => key);
  return { ...inLine(last.slice(lead.length), outer) };
}

/** Follows braces, keys and colons through the rest of a line. */
function inLine(text: string, outer: readonly string[]): Spot {
  const path = [...outer];
  const depths: number[] = [];
  let word = "";
  let at: Spot["at"] = "key";
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === "#" && (i === 0 || text[i - 1] === " ")) break;
    if (letter === ":" && at === "key" && (i === text.length - 1 || /\s/.test(text[i + 1]!))) {
      path.push(word);
      word = "";
      at = "value";
    } else if (letter === "{") {
      depths.push(path.length);
      word = "";
      at = "key";
    } else if (letter === "[") word = "";
    else if (letter === "," || letter === "}" || letter === "]") {
      if (letter === "}") depths.pop();
      if (letter !== "]" && !(letter === "," && depths.length === 0)) {
        path.length = letter === "}" ? Math.max(outer.length, path.length - 1) : (depths.at(-1) ?? outer.length);
        at = letter === "," ? "key" : "value";
      }
      word = "";
    } else if (letter === " ") word = "";
    else word += letter;
  }
  return { path, at, word };
}
