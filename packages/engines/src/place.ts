/** Place in an imported text. */
export interface TextPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A problem of an imported text, or of the request. */
export interface ImportProblem {
  readonly place?: TextPlace;
  /** Subject such as a flag; empty for the text as a whole. */
  readonly subject: string;
  readonly given: string;
  readonly wanted: string;
  readonly suggestion?: string;
}

/** Order of problems: those without a place come last, in the order in which they were found. */
function rankOf(at: number | undefined): number {
  return at ?? Number.MAX_SAFE_INTEGER;
}

/** Why a text cannot be imported, or a scenario not launched: all problems at once, in the order of the text. */
export class ImportProblems extends Error {
  readonly problems: readonly ImportProblem[];

  constructor(problems: readonly ImportProblem[]) {
    const inOrder = [...problems].sort(
      (a, b) => rankOf(a.place?.line) - rankOf(b.place?.line) || rankOf(a.place?.column) - rankOf(b.place?.column),
    );
    super(inOrder.map(problemText).join("\n"));
    this.name = "ImportProblems";
    this.problems = inOrder;
  }
}

/** `file:line:column: subject: given; wanted …; did you mean …?` */
export function problemText({ place, subject, given, wanted, suggestion }: ImportProblem): string {
  const where = place === undefined ? "" : `${place.file}:${place.line}:${place.column}: `;
  const what = subject === "" ? given : `${subject}: ${given}`;
  return `${where}${what}; wanted ${wanted}${suggestion === undefined ? "" : `; did you mean ${suggestion}?`}`;
}

/** `text` on one line and of at most 80 characters. */
export function brief(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
