import { estimateOf } from "../estimate.ts";
import type { Parameters } from "../point.ts";
import type { PointResult } from "../point-result.ts";
import { resultScope } from "../words.ts";
import type { Claim, Part } from "./claim.ts";
import { dynamicFinding, type Finding, staticFinding, undecidedFinding } from "./finding.ts";
import type { Runs } from "./runs.ts";

/** One part of a claim, under some values of the scenario. */
export interface Question {
  readonly claim: Claim;
  readonly part: Part;
  readonly parameters: Parameters;
}

/**
 * Answers each question, in their order. Static ones need no run. Dynamic ones look after each of `looks` numbers of
 * replications and take the first look that decides, so that an answer does not depend on what else is asked.
 */
export async function answers(questions: readonly Question[], runs: Runs, looks: readonly number[]): Promise<Finding[]> {
  const found = questions.map(({ claim, part, parameters }) =>
    part.kind === "static" ? staticFinding(claim, part, runs.scenarioAt(parameters)) : undefined,
  );
  for (const look of looks) {
    const open = questions.flatMap((question, i) => (found[i] === undefined ? [{ question, i }] : []));
    const rows = await runs.of(
      open.flatMap(({ question }) => Array.from({ length: look }, (_, r) => runs.pointAt(question.parameters, r))),
    );
    for (const [at, { question, i }] of open.entries()) {
      const finding = lookedAt(question, rows.slice(at * look, (at + 1) * look), looks.length);
      if (finding.verdict !== "undecided" || look === looks.at(-1) || finding.found === null) found[i] = finding;
    }
  }
  return found.map((finding) => finding!);
}

/** The value of the question in one run; null when the run or the value is missing. */
export function valueIn(row: PointResult, part: Part): number | null {
  return row.status === "ok" ? part.evaluate(resultScope(row.report)) : null;
}

function lookedAt({ claim, part }: Question, rows: readonly PointResult[], looks: number): Finding {
  const values: number[] = [];
  for (const row of rows) {
    if (row.status !== "ok")
      return undecidedFinding(part, `${row.status === "infeasible" ? "no such plan can run" : "a run failed"}: ${row.reason}`);
    const value = valueIn(row, part);
    if (value === null) return undecidedFinding(part, "a run has no such value");
    values.push(value);
  }
  const [first] = rows;
  return dynamicFinding(claim, part, estimateOf(values)!, looks, first?.status === "ok" ? first.report.gpus : 1);
}
