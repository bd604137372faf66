import type { Formula } from "./expression.ts";

/** What a study looks for. */
export interface Objective {
  readonly formula: Formula;
  readonly better: "less" | "more";
}
