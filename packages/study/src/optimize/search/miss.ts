import type { Scope } from "@tokenyard/expression";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import type { Question } from "../questions/question.ts";
import type { NearestMiss } from "./optimum.ts";

type Run = Extract<PointResult, { readonly status: "ok" }>;

/** A plan that misses constraints, and by which factor it misses the one that it misses most. */
export interface Miss {
  readonly row: Pick<Run, "index" | "parameters" | "report">;
  readonly factor: number;
  readonly missed: NearestMiss["missed"];
}

/** Miss of `row` by the numbers of `scope`; undefined if that is no number with a bound. */
export function missOf(row: Miss["row"], { constraints }: Question, scope: Scope = resultScope(row.report)): Miss | undefined {
  const missed: NearestMiss["missed"][number][] = [];
  let factor = 1;
  for (const { holds, margin, text } of constraints) {
    if (holds(scope) === true) continue;
    const value = margin?.measured.evaluate(scope) ?? null;
    if (margin === undefined || value === null) return undefined;
    const { bound, better } = margin;
    factor = Math.max(factor, better === "less" ? value / bound : bound / value);
    missed.push({ constraint: text, value, bound });
  }
  return { row, factor, missed };
}

/** The one that misses by less; of two alike the first. */
export function nearer(a: Miss | undefined, b: Miss | undefined): Miss | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.factor < a.factor ? b : a;
}
