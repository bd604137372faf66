import type { Parameters } from "../../points/point.ts";
import type { PointResult } from "../../points/point-result.ts";
import { estimateOf } from "../../statistics/estimate.ts";
import type { Claim, Part } from "../claims/claim.ts";
import { dynamicFinding, type Finding, offeredFinding, staticFinding, undecidedFinding } from "./finding.ts";
import { observation, observedPoints } from "./observation.ts";
import { wasOnlyOffered } from "./offered.ts";
import type { Runs } from "./runs.ts";

/** One part of a claim, under some values of the scenario. */
export interface Question {
  readonly claim: Claim;
  readonly part: Part;
  readonly parameters: Parameters;
}

/**
 * Answers the questions in order. Static ones need no run. Dynamic ones are examined after each of `looks` numbers of replications, or the
 * first `most` of them, and use the first decisive look, so that an answer does not depend on other questions.
 */
export async function answers(
  questions: readonly Question[],
  runs: Runs,
  looks: readonly number[],
  most: number = looks.length,
): Promise<Finding[]> {
  const found = questions.map(({ claim, part, parameters }) =>
    part.kind === "static" ? staticFinding(claim, part, runs.scenarioAt(parameters)) : undefined,
  );
  const taken = looks.slice(0, most);
  for (const look of taken) {
    const open = questions.flatMap((question, i) => (found[i] === undefined ? [{ question, i }] : []));
    const asked = open.map(({ question: { claim, parameters } }) =>
      Array.from({ length: look }, (_, r) => observedPoints(claim, parameters, r, runs)),
    );
    const rows = await runs.of(asked.flat(2));
    let at = 0;
    for (const [k, { question, i }] of open.entries()) {
      const observed = asked[k]!.map((points) => {
        at += points.length;
        return rows.slice(at - points.length, at);
      });
      const finding = lookedAt(question, observed, looks.length);
      const isClosed = finding.verdict !== "undecided" || finding.offered === true || finding.found === null;
      if (isClosed || look === taken.at(-1)) found[i] = finding;
    }
  }
  return found.map((finding) => finding!);
}

/** `observed`: the runs of each replication. */
function lookedAt({ claim, part }: Question, observed: readonly (readonly PointResult[])[], looks: number): Finding {
  const values: number[] = [];
  for (const rows of observed) {
    const seen = observation(part, rows);
    if ("reason" in seen) return undecidedFinding(part, seen.reason);
    values.push(seen.value);
  }
  const first = observed[0]?.[0];
  const finding = dynamicFinding(claim, part, estimateOf(values)!, looks, first?.status === "ok" ? first.report.gpus : 1);
  return wasOnlyOffered(finding, { claim, part }, observed.flat()) ? offeredFinding(finding, claim) : finding;
}
