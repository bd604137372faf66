import { metricOf } from "@tokenyard/scenario";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import type { Question } from "../questions/question.ts";
import type { Contender } from "./standing.ts";

/** A number of plans in the question, with its reference. */
export interface JudgedNumber {
  readonly path: string;
  readonly better: "less" | "more";
  /** Bound in the unit of the report; undefined if the reference is the best plan that was run. */
  readonly bound: number | undefined;
  /** Value in a report; null where it has none. */
  measure(row: PointResult): number | null;
}

/** Factor beyond the reference up to which a number counts: the exact size of a latency four times too long decides nothing. */
const FAR = 4;

/** Numbers in `question` that a formula of loads may know. */
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

/** A number by the formula and as simulated, both as factors of the reference: over 1 if they miss it, at most `FAR`. */
export interface Judgement {
  readonly said: number;
  readonly came: number;
}

/** Undefined where a factor says nothing, as of numbers that are 0. */
export function judgementOf(said: number, came: number, better: "less" | "more", held: number): Judgement | undefined {
  if (held <= 0 || came <= 0 || said <= 0) return undefined;
  const beyond = (value: number) => Math.min(FAR, better === "less" ? value / held : held / value);
  return { said: beyond(said), came: beyond(came) };
}

/** Factor by which the formula was pessimistic; under 1 if it was optimistic. */
export function pessimism({ said, came }: Judgement): number {
  return said / came;
}

/** Reference of a number: its bound, or the best plan's value. */
export function heldAgainst({ bound, measure }: JudgedNumber, best: Contender | undefined): number {
  if (bound !== undefined) return bound;
  if (best === undefined) return 0;
  return measure({ index: best.index, parameters: best.parameters, status: "ok", report: best.report }) ?? 0;
}
