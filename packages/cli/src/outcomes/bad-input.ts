import type { LocatedProblem } from "../terminal/located-problem.ts";

/** The user's mistakes with the place of each, all at once; the process ends with exit code 2. */
export class BadInput extends Error {
  readonly problems: readonly LocatedProblem[];
  /** The files that were read, by the name that their problems give: to show the line. */
  readonly texts: ReadonlyMap<string, string>;

  constructor(problems: readonly LocatedProblem[], texts: ReadonlyMap<string, string> = new Map()) {
    super(problems.map(({ file, message }) => `${file}: ${message}`).join("\n"));
    this.name = "BadInput";
    this.problems = problems;
    this.texts = texts;
  }
}
