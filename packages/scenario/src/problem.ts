/** One mistake of the user: where, what was given, what would work. */
export interface Problem {
  /** Keys and indexes from the scenario's root, as `["cluster", "gpu", "compute"]`. */
  readonly path: readonly (string | number)[];
  /** What stands there, shortened for a message; absent when nothing does. */
  readonly given?: string;
  /** What would work, as a phrase: `a divisor of 16: 1, 2, 4, 8 or 16`. */
  readonly wanted: string;
  /** The nearest known name or value, when there is one. */
  readonly suggestion?: string;
}

/** The user's mistakes, all at once. Any room may throw it; only the edge adds file, line and column. */
export class Problems extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.path.join(".")}: ${p.given ?? "nothing"}; wanted ${p.wanted}`).join("\n"));
    this.name = "Problems";
    this.problems = problems;
  }
}
