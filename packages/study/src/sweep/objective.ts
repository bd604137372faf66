import { type Formula, formula } from "@tokenyard/expression";
import { type Problem, Problems } from "@tokenyard/scenario";
import type { PointResult } from "../points/point-result.ts";
import { RESULT_WORDS, resultScope } from "../points/words.ts";
import type { Goal } from "./pareto.ts";

/** Goal of a study over its rows; a row without a report has no value. */
export interface Objective extends Goal<PointResult> {
  readonly formula: Formula;
}

/** Parses what to minimise (`less`) or maximise (`more`), such as `ttft.p99`. Throws Problems at `path`. */
export function objective(text: string, better: "less" | "more", path: Problem["path"] = []): Objective {
  if (better !== "less" && better !== "more")
    throw new Problems([{ path: [...path, "better"], given: String(better), wanted: "less or more" }]);
  const made = formula(text, RESULT_WORDS, path);
  return { formula: made, better, measure: (row) => (row.status === "ok" ? made.evaluate(resultScope(row.report)) : null) };
}

/** A comparison of rows that puts the best first: by the first objective, then the next, then the index; rows without a value are last. */
export function bestFirst(objectives: readonly Objective[]): (a: PointResult, b: PointResult) => number {
  return (a, b) => {
    for (const { measure, better } of objectives) {
      const [x, y] = [measure(a), measure(b)];
      if (x === y) continue;
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y === (better === "less") ? -1 : 1;
    }
    return a.index - b.index;
  };
}
