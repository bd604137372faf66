import type { Formula } from "./expressions/expression.ts";

/** What a study looks for. */
export interface Objective {
  readonly formula: Formula;
  readonly better: "less" | "more";
}
