/** A command of a script, without line continuations and comments, and the text of a here-document that feeds it. */
export interface ShellCommand {
  readonly text: string;
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Offsets in `text` at which further lines of the script begin. */
  readonly breaks: readonly number[];
  readonly heredoc?: { readonly text: string; readonly isQuoted: boolean };
}

/** An end at the wrong place. */
export interface ShellFault {
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly wanted: string;
}

const HEREDOC = /<<-?\s*(\\?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2/;

/**
 * Cuts a script at line ends and semicolons outside quotes and `$( … )`. It reads each character once; the rest after an unclosed quote is
 * one command.
 */
export function shellCommands(script: string): { readonly commands: readonly ShellCommand[]; readonly fault?: ShellFault } {
  const commands: ShellCommand[] = [];
  let text = "";
  let line = 1;
  let begin = 1;
  let quote = "";
  let opened = 0; // where in `script` a quote began
  let quoteLine = 0;
  let depth = 0;
  let breaks: number[] = [];
  let isBlank = true; // all of `text`
  const end = (heredoc?: ShellCommand["heredoc"]) => {
    const indent = text.length - text.trimStart().length;
    const inside = breaks.map((at) => at - indent).filter((at) => at > 0);
    if (!isBlank) commands.push({ text: text.trim(), line: begin, breaks: inside, ...(heredoc === undefined ? {} : { heredoc }) });
    text = "";
    breaks = [];
    isBlank = true;
  };
  for (let at = 0; at < script.length; at++) {
    const char = script[at]!;
    if (isBlank && quote === "") begin = line;
    if (isBlank && !/[\s\\]/.test(char)) isBlank = false;
    if (char === "\n") line++;
    if (quote !== "") {
      if (char === "\\" && quote !== "'" && at + 1 < script.length) {
        if (script[at + 1] === "\n") {
          line++;
          breaks.push(text.length);
        } else text += char + script[at + 1]!;
        at++;
        continue;
      }
      if (char === quote) quote = "";
      text += char;
      if (char === "\n") breaks.push(text.length);
    } else if (char === "\\" && at + 1 < script.length) {
      const next = script[at + 1] === "\r" && script[at + 2] === "\n" ? "\r\n" : script[at + 1]!;
      at += next.length;
      if (next === "\n" || next === "\r\n") {
        line++;
        text += " ";
        breaks.push(text.length);
      } else text += char + next;
    } else if (char === "'" || char === '"' || char === "`") {
      [quote, quoteLine, opened] = [char, line, at];
      text += char;
    } else if (char === "#" && /(^|[\s;])$/.test(text.slice(-1)) && depth === 0) {
      if (text.trim() === "") isBlank = true;
      while (at + 1 < script.length && script[at + 1] !== "\n") at++;
    } else if (char === "(" && (depth > 0 || text.endsWith("$"))) {
      depth++;
      text += char;
    } else if (char === ")" && depth > 0) {
      depth--;
      text += char;
    } else if (depth === 0 && char === ";" && script[at + 1] !== ";" && !text.endsWith(";")) {
      end();
    } else if (depth === 0 && char === "\n") {
      const heredoc = text.length < LONGEST_LINE ? HEREDOC.exec(text) : null;
      if (heredoc === null) end();
      else {
        const isQuoted = heredoc[1] !== "" || heredoc[2] !== "";
        const body = bodyUntil(script, at + 1, heredoc[3]!);
        line += body.lines;
        at = body.end - 1;
        end({ text: body.text, isQuoted });
      }
    } else text += char;
  }
  const column = opened - script.lastIndexOf("\n", opened);
  const fault =
    quote === ""
      ? undefined
      : { line: quoteLine, column, what: `a ${quote} that no other one ends`, wanted: "a text that a shell can read" };
  end();
  return fault === undefined ? { commands } : { commands, fault };
}

const LONGEST_LINE = 65_536;

/** The lines from `from` on, up to one that is `word` alone. */
function bodyUntil(script: string, from: number, word: string): { readonly text: string; readonly lines: number; readonly end: number } {
  let at = from;
  let lines = 0;
  while (at < script.length) {
    const next = script.indexOf("\n", at);
    const stop = next < 0 ? script.length : next;
    lines++;
    if (script.slice(at, stop).trim() === word) return { text: script.slice(from, at), lines, end: Math.min(stop + 1, script.length) };
    at = stop + 1;
  }
  return { text: script.slice(from), lines, end: script.length };
}
