import type { Problem } from "../problems/problem.ts";
import type { Assumption } from "../schema/scenario.ts";

/** Results of an engine beside its values. */
export interface Findings {
  readonly problems: Problem[];
  readonly assumed: Assumption[];
}
