import { Problems } from "@tokenyard/scenario";
import { isImpossible } from "../../points/point.ts";
import { planValues } from "../claims/plan-values.ts";
import { type Change, changesOf } from "../questions/change.ts";
import type { Finding } from "../questions/finding.ts";
import type { Question } from "../questions/question.ts";
import { remedies, remedyPoints } from "../questions/remedy.ts";
import type { Runs } from "../questions/runs.ts";
import { SmallerPlans } from "../questions/smaller-plan.ts";
import type { AnsweredCase } from "./case.ts";
import { type Help, idOf } from "./judgement.ts";

interface Missed {
  readonly id: string;
  readonly question: Question;
  readonly finding: Finding;
}

/**
 * For each case that runs show to miss a bound, remedies; for throughput per GPU also the result with fewer GPUs. If another missed claim
 * demands more of the same number, only that one is searched: its remedy is enough for this one. Uses the first reading, the plan as
 * written; skips a claim that an assumption turns (`isTurned`), as that is printed already.
 */
export async function helpOf(
  cases: readonly AnsweredCase[],
  isTurned: readonly boolean[],
  firstReading: string | undefined,
  runs: Runs,
  looks: readonly number[],
): Promise<Help[]> {
  const missed = cases.map((each, i): Missed | undefined => {
    const { claim, part, readings } = each;
    const first = readings.find(({ reading }) => reading === firstReading);
    if (isTurned[i] || part === undefined || first === undefined || claim.over !== undefined) return undefined;
    const { finding, parameters } = first;
    const isMissed = finding.kind === "dynamic" && finding.verdict === "fails" && claim.comparison !== "=" && claim.against === undefined;
    return isMissed ? { id: idOf(each), question: { claim, part, parameters }, finding } : undefined;
  });
  const hardest = missed.map((each) => each && hardestOf(each, missed));
  const asked = missed.filter((each, i) => each !== undefined && hardest[i] === each).map((each) => each!);
  await runs.of(asked.flatMap(({ question }) => remedyPoints(question, changesFor(question, runs), runs)));
  const smaller = new SmallerPlans(runs, looks);
  return Promise.all(
    missed.map(async (each, i): Promise<Help> => {
      if (each === undefined) return {};
      if (hardest[i] !== each) return { helpAt: hardest[i]!.id };
      const { question, finding } = each;
      const read = firstReading === undefined ? {} : { helpReading: firstReading };
      const { claim } = question;
      const isThroughput = claim.unit === "tokens/ms" && claim.comparison === ">=";
      const [found, fewerGpus] = await Promise.all([
        remedies(question, finding, changesFor(question, runs), runs, looks),
        isThroughput ? smaller.of(question) : undefined,
      ]);
      return { ...read, remedies: found, ...(fewerGpus === undefined ? {} : { fewerGpus }) };
    }),
  );
}

/** Among the missed claims about the number of `each`, the one that requires most of it; `each` itself if none requires more. */
function hardestOf(each: Missed, missed: readonly (Missed | undefined)[]): Missed {
  const isAlike = (a: Question, b: Question) =>
    a.part.text === b.part.text &&
    a.part.isPlain &&
    b.part.isPlain &&
    a.claim.unit === b.claim.unit &&
    a.claim.comparison === b.claim.comparison &&
    JSON.stringify(Object.entries(a.parameters).sort()) === JSON.stringify(Object.entries(b.parameters).sort());
  const asks = ({ claim }: Question) => (claim.comparison === ">=" ? claim.claimed : -claim.claimed);
  return missed.reduce<Missed>(
    (most, other) =>
      other !== undefined && isAlike(other.question, most.question) && asks(other.question) > asks(most.question) ? other : most,
    each,
  );
}

function changesFor({ parameters }: Question, runs: Runs): Change[] {
  const scenario = runs.scenarioAt(parameters);
  const values = planValues(scenario);
  return isImpossible(scenario) || values instanceof Problems ? [] : changesOf(scenario, values("gpus")!);
}
