import { metricOf } from "@tokenyard/scenario";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import type { Question } from "../questions/question.ts";
import type { Contender } from "./standing.ts";

/** A number that the question asks of plans, and what it is held against. */
export interface JudgedNumber {
  readonly path: string;
  readonly better: "less" | "more";
  /** In the unit of the report; undefined where it is held against the best plan that was run. */
  readonly bound: number | undefined;
  /** Value in a report; null where it has none. */
  measure(row: PointResult): number | null;
}

/** How far beyond what it is held against a number still counts: it decides nothing how much too long a latency is that is four times too long. */
const FAR = 4;

/** The numbers of which `question` asks something that a formula of loads may know. */
export function judgedNumbers({ objectives, constraints }: Question): JudgedNumber[] {
  const bounded = constraints.flatMap(({ margin }): JudgedNumber[] => {
    const path = margin === undefined ? undefined : metricOf(margin.measured.text)?.path;
    if (margin === undefined || path === undefined) return [];
    const { measured, bound, better } = margin;
    return [{ path, better, bound, measure: (row) => (row.status === "ok" ? measured.evaluate(resultScope(row.report)) : null) }];
  });
  const aimed = objectives.flatMap(({ formula, better, measure }): JudgedNumber[] => {
    const path = metricOf(formula.text)?.path;
    return path === undefined ? [] : [{ path, better, bound: undefined, measure: (row) => (row.status === "ok" ? measure(row) : null) }];
  });
  return [...bounded, ...aimed];
}

/**
 * By which factor a formula that says `said` took a plan for worse than it is, where it came to `came`; under 1 where it took it for better. What lies further than
 * `FAR` times beyond `held` is as good as `FAR` times beyond.
 */
export function pessimism(said: number, came: number, better: "less" | "more", held: number): number {
  if (held <= 0 || came <= 0 || said <= 0) return 1;
  const [a, b] = better === "less" ? [said / held, came / held] : [held / said, held / came];
  return Math.min(FAR, a) / Math.min(FAR, b);
}

/** What a number is held against: its bound, or the best plan's value. */
export function heldAgainst({ bound, measure }: JudgedNumber, best: Contender | undefined): number {
  if (bound !== undefined) return bound;
  if (best === undefined) return 0;
  return measure({ index: best.index, parameters: best.parameters, status: "ok", report: best.report }) ?? 0;
}
