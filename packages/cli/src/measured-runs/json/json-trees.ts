import { type LocatedProblem, plainProblem } from "../../terminal/located-problem.ts";
import { jsonMistake } from "./json-mistake.ts";

/** A value of JSON, and the line of the file that has it, or the row of a Parquet file; null where the file is one value. */
export interface JsonTree {
  readonly tree: unknown;
  readonly line: number | null;
}

/** The values in `text`: one, or one a line. Mistakes go into `problems`, each with its line and column. */
export function jsonTrees(text: string, file: string, problems: LocatedProblem[]): JsonTree[] {
  const whole = parsed(text);
  if (whole !== undefined) return [{ ...whole, line: null }];
  const lines = text.split("\n").flatMap((each, at) => (each.trim() === "" ? [] : [{ each, line: at + 1 }]));
  if (lines.length === 0) {
    problems.push(plainProblem(file, "nothing given; wanted the results of a measured run, as JSON or a line of JSON each"));
    return [];
  }
  const read = lines.map(({ each, line }) => ({ each, line, value: parsed(each) }));
  if (read.length === 1 || read[0]!.value === undefined) {
    problems.push(mistakeOf(text, file, 1));
    return [];
  }
  return read.flatMap(({ each, line, value }) => {
    if (value !== undefined) return [{ ...value, line }];
    problems.push(mistakeOf(each, file, line));
    return [];
  });
}

function parsed(text: string): { readonly tree: unknown } | undefined {
  try {
    return { tree: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Position at which `text`, which begins in `line`, stops being JSON. */
function mistakeOf(text: string, file: string, line: number): LocatedProblem {
  const { at, given, wanted } = jsonMistake(text);
  const before = text.slice(0, at).split("\n");
  return {
    ...plainProblem(file, `no JSON: ${given} given; wanted ${wanted}`),
    line: line + before.length - 1,
    column: before.at(-1)!.length + 1,
  };
}
