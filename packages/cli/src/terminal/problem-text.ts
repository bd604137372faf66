import { counted } from "./amount.ts";
import type { Channel } from "./channel.ts";
import type { LocatedProblem } from "./located-problem.ts";
import { harmless, styled } from "./terminal.ts";

/** Longest source line that is shown under its problem, in characters. */
const LONGEST_LINE = 120;

/**
 * The problems for a person: each with its place, its source line and a caret under it where the line is known and short,
 * then their number. `texts` holds the files that were read, by name.
 */
export function problemText(problems: readonly LocatedProblem[], texts: ReadonlyMap<string, string>, channel: Channel): string {
  const count = counted(problems.length, "problem");
  return [...problems.map((problem) => entry(problem, texts.get(problem.file), channel)), `${styled(channel, "bold", count)}\n`].join("");
}

function entry(problem: LocatedProblem, text: string | undefined, channel: Channel): string {
  const { file, line, column, path, message, suggestion } = problem;
  const name = file === "" ? '""' : file;
  const place = line === null ? `${name}:` : `${name}:${line}:${column ?? 1}`;
  const said = harmless(suggestion === null ? message : `${message}; did you mean ${suggestion}?`);
  const headline = [styled(channel, "bold", harmless(place)), path === "" ? said : `${styled(channel, "cyan", harmless(path))}: ${said}`];
  return `${headline.join(" ")}\n${line === null || text === undefined ? "" : sourceLine(text, line, column ?? 1, channel)}`;
}

function sourceLine(text: string, line: number, column: number, channel: Channel): string {
  const source = text.split(/\r\n|\r|\n/)[line - 1];
  if (source === undefined || source.trim() === "" || source.length > LONGEST_LINE) return "";
  const number = `  ${line} | `;
  const margin = " ".repeat(number.length - 2);
  const before = source.slice(0, column - 1).replace(/[^\t]/g, " "); // a tab stays a tab, so that the caret stands under its character
  return `${styled(channel, "dim", number)}${harmless(source)}\n${margin}${styled(channel, "dim", "|")} ${before}${styled(channel, "red", "^")}\n`;
}
