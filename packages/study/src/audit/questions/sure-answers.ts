import { EXACTLY, lawErrorOf } from "../../points/exact-point.ts";
import { type Bound, sideOf } from "../claims/claim.ts";
import { type Finding, unsureFinding } from "./finding.ts";
import { observedPoints } from "./observation.ts";
import { answers, type Question } from "./question.ts";
import type { Runs } from "./runs.ts";

/**
 * Same contract as `answers`, but a question that the law of uneven experts answers within twice its error of the turn of the verdict is
 * asked again with exact draws, whose answer counts. If those cannot run, it is undecided.
 */
export async function sureAnswers(questions: readonly Question[], runs: Runs, looks: readonly number[], most?: number): Promise<Finding[]> {
  const found = await answers(questions, runs, looks, most);
  const errors = await Promise.all(questions.map((question, i) => lawError(question, found[i]!, runs)));
  const near = questions.flatMap((question, i) => (isNear(found[i]!.found, errors[i]!, question.claim) ? [{ question, i }] : []));
  const exact = await answers(
    near.map(({ question }) => ({ ...question, parameters: { ...question.parameters, ...EXACTLY } })),
    runs,
    looks,
    most,
  );
  for (const [k, { i }] of near.entries()) found[i] = exact[k]!.found === null ? unsureFinding(found[i]!, exact[k]!) : exact[k]!;
  return found;
}

/** Whether `found`, which may be off by twice the share `error`, is so near to an end of the admitted values that its side is not sure. */
export function isNear(found: number | null, error: number, bound: Bound): boolean {
  if (found === null || !Number.isFinite(found) || error === 0) return false;
  const room = 2 * error * Math.abs(found);
  return sideOf(found - room, bound) !== sideOf(found + room, bound);
}

/** The largest of the runs that gave `finding`; 0 where none went by the law. */
async function lawError({ claim, parameters }: Question, { kind, replications }: Finding, runs: Runs): Promise<number> {
  if (kind !== "dynamic") return 0;
  const points = Array.from({ length: replications }, (_, r) => observedPoints(claim, parameters, r, runs)).flat();
  const rows = await runs.of(points); // all are known by now
  return Math.max(0, ...rows.map((row) => (row.status === "ok" ? lawErrorOf(row.report) : 0)));
}
