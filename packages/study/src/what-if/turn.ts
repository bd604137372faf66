import type { PointResult } from "../points/point-result.ts";
import { gridThenBisect } from "../sweep/threshold.ts";
import { type Side, sidesOf } from "./side.ts";
import type { Tries } from "./tries.ts";

/** Two values of a slider, both simulated, with different answers to one question. */
export interface Turn {
  readonly question: string;
  readonly low: number;
  readonly high: number;
  readonly before: Side;
  readonly after: Side;
  /** Whether a value between the two was tried, and no plan can be there. */
  readonly hasGap: boolean;
}

/** Part of the distance between two neighbours of the grid to which a turn is located. */
const TOLERANCE = 1 / 16;

/** The answer of `row` to `question`; undefined where there is none. */
export function sideAt(row: PointResult | undefined, question: string): Side | undefined {
  return row?.status === "ok" ? sidesOf(row.report).find((side) => side.question === question) : undefined;
}

/** Questions that any of `rows` answers, each once. */
export function questionsOf(rows: readonly PointResult[]): string[] {
  return [...new Set(rows.flatMap((row) => (row.status === "ok" ? sidesOf(row.report).map(({ question }) => question) : [])))];
}

/**
 * Turns of the answer to `question` between `low` and `high`, which have run and differ in it, found by halving: the one before `high`, and
 * where its lower side has a third answer, those before it. Empty where the study was stopped.
 */
export async function turnsBetween(question: string, low: number, high: number, tries: Tries): Promise<Turn[]> {
  const answerAt = (number: number) => sideAt(tries.rowAt(number), question)?.answer;
  const wanted = answerAt(high);
  const found = await gridThenBisect({
    from: low,
    to: high,
    points: 2,
    tolerance: TOLERANCE,
    pointAt: (value) => ({ parameters: { value: tries.round(value) }, scenario: { problems: [] } }),
    holds: (report) => sidesOf(report).find((side) => side.question === question)?.answer === wanted,
    runner: tries.runner(),
  });
  if (found === undefined) return [];
  const after = tries.round(found.value);
  const between = tries.numbers().filter((number) => number >= low && number < after);
  const before = between.findLast((number) => answerAt(number) !== undefined && answerAt(number) !== wanted)!;
  const turn: Turn = {
    question,
    low: before,
    high: after,
    before: sideAt(tries.rowAt(before), question)!,
    after: sideAt(tries.rowAt(after), question)!,
    hasGap: between.some((number) => number > before),
  };
  const isThird = answerAt(before) !== answerAt(low);
  return isThird ? [...(await turnsBetween(question, low, before, tries)), turn] : [turn];
}
