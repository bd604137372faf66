import { type LocatedProblem, plainProblem } from "../outcomes/located-problem.ts";

/** A value of JSON, and the line of the file that has it; null where the file is one value. */
export interface JsonTree {
  readonly tree: unknown;
  readonly line: number | null;
}

/** The values in `text`: one, or one a line. Mistakes go into `problems`, each with its line and column. */
export function jsonTrees(text: string, file: string, problems: LocatedProblem[]): JsonTree[] {
  const whole = parsed(text);
  if ("tree" in whole) return [{ tree: whole.tree, line: null }];
  const lines = text.split("\n").flatMap((each, at) => (each.trim() === "" ? [] : [{ each, line: at + 1 }]));
  if (lines.length === 0) {
    problems.push(plainProblem(file, "nothing given; wanted the results of a measured run, as JSON or a line of JSON each"));
    return [];
  }
  const read = lines.map(({ each, line }) => ({ line, ...parsed(each) }));
  if (read.length === 1 || !("tree" in read[0]!)) {
    problems.push(mistakeAt(text, file, whole.error));
    return [];
  }
  return read.flatMap((one) => {
    if ("tree" in one) return [{ tree: one.tree, line: one.line }];
    problems.push({ ...plainProblem(file, `no JSON: ${one.error.message}`), line: one.line });
    return [];
  });
}

function parsed(text: string): { readonly tree: unknown } | { readonly error: SyntaxError } {
  try {
    return { tree: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { error };
    throw error;
  }
}

function mistakeAt(text: string, file: string, { message }: SyntaxError): LocatedProblem {
  const problem = plainProblem(file, `no JSON: ${message}`);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return problem;
  const before = text.slice(0, Number(position)).split("\n");
  return { ...problem, line: before.length, column: before.at(-1)!.length + 1 };
}
