import type { Parameters, ParameterValue } from "../../points/point.ts";
import { type Claim, factorBetween, type Part, passes } from "../claims/claim.ts";
import type { Finding } from "../questions/finding.ts";
import type { Question } from "../questions/question.ts";
import type { Runs } from "../questions/runs.ts";
import { sureAnswers } from "../questions/sure-answers.ts";
import { kindness } from "../questions/way.ts";
import type { OverPoint } from "./audited-claim.ts";

/** A reading of the plan by its name, with its settings; undefined if the plan has only one. */
export type Reading = readonly [name: string | undefined, parameters: Parameters];

/** One part of a claim, with a verdict of its own. */
export interface Case {
  readonly claim: Claim;
  /** Metric of the part; undefined if only the plan's own calculation can decide. */
  readonly part: Part | undefined;
}

/** Check of a case under one reading, with its values. */
export interface ReadCase {
  readonly reading: string | undefined;
  readonly parameters: Parameters;
  readonly finding: Finding;
  readonly points: readonly OverPoint[] | undefined;
}

/** A case with its deciding check. */
export interface AnsweredCase extends Case {
  /** Under each reading, the kindest to the claim first; none when only the plan's own sums can decide. */
  readonly readings: readonly ReadCase[];
}

export function casesOf(claim: Claim): Case[] {
  return claim.parts.length === 0 ? [{ claim, part: undefined }] : claim.parts.map((part) => ({ claim, part }));
}

/**
 * Answers all `cases` under all readings together, so that their runs are made together: each after the first of `looks`, and where no reading
 * lets a claim pass then, those that do not decide yet one by one after more, the kindest first, until one does.
 */
export async function answeredCases(
  cases: readonly Case[],
  readings: readonly Reading[],
  runs: Runs,
  looks: readonly number[],
): Promise<AnsweredCase[]> {
  const asked = cases.map(({ claim, part }) => (part === undefined ? [] : readings.map((reading) => askedUnder(claim, part, reading))));
  const answer = async (all: readonly Asked[], most?: number) => {
    const findings = await sureAnswers(
      all.flatMap(({ questions }) => questions),
      runs,
      looks,
      most,
    );
    let at = 0;
    for (const each of all) {
      each.findings = findings.slice(at, at + each.questions.length);
      each.isClosed = most === undefined;
      at += each.questions.length;
    }
  };
  await answer(asked.flat(), 1);
  for (let open = nextOf(cases, asked); open.length > 0; open = nextOf(cases, asked)) await answer(open);
  return cases.map((each, i) => ({
    ...each,
    readings: kindestFirst(
      asked[i]!.map((one) => readCase(one, each.claim)),
      each.claim,
    ),
  }));
}

/** A case under one reading, while it is answered. */
interface Asked {
  readonly reading: string | undefined;
  readonly parameters: Parameters;
  /** One, or one for each value of a claim over several. */
  readonly questions: readonly Question[];
  findings: readonly Finding[];
  /** Whether all permitted looks were taken. */
  isClosed: boolean;
}

function askedUnder(claim: Claim, part: Part, [reading, set]: Reading): Asked {
  const parameters = { ...set, ...claim.given };
  return { reading, parameters, questions: questionsOf(claim, part, parameters), findings: [], isClosed: false };
}

/** For each case that no reading lets pass yet, the most favourable reading that does not decide. */
function nextOf(cases: readonly Case[], asked: readonly (readonly Asked[])[]): Asked[] {
  return cases.flatMap(({ claim }, i) => {
    const readings = kindestFirst(
      asked[i]!.map((each) => ({ ...readCase(each, claim), each })),
      claim,
    );
    if (readings.length > 0 && passes(readings[0]!.finding.verdict)) return [];
    const open = readings.find(
      ({ each, finding: { verdict, found, offered } }) => !each.isClosed && verdict === "undecided" && found !== null && offered !== true,
    );
    return open === undefined ? [] : [open.each];
  });
}

function readCase({ reading, parameters, findings }: Asked, claim: Claim): ReadCase {
  const { over } = claim;
  if (over === undefined) return { reading, parameters, finding: findings[0]!, points: undefined };
  return { reading, parameters, finding: worst(findings, claim), points: findings.map((finding, v) => pointOf(finding, over.values[v]!)) };
}

/** Question of a case under its most favourable reading, unless that is over several values. */
export function questionOf({ claim, part, readings: [kindest] }: AnsweredCase): Question | undefined {
  return part === undefined || kindest === undefined || claim.over !== undefined
    ? undefined
    : { claim, part, parameters: kindest.parameters };
}

/** Readings that let the claim pass first, then undecided ones, then those that deny it; each group by favour. */
function kindestFirst<T extends ReadCase>(readings: readonly T[], claim: Claim): T[] {
  const rank = ({ finding: { verdict, found } }: ReadCase) => (found === null ? 3 : passes(verdict) ? 0 : verdict === "undecided" ? 1 : 2);
  const kind = ({ finding: { found } }: ReadCase) => (found === null ? 0 : kindness(found, claim));
  return readings
    .map((each, i) => ({ each, i }))
    .sort((a, b) => rank(a.each) - rank(b.each) || kind(b.each) - kind(a.each) || a.i - b.i)
    .map(({ each }) => each);
}

function questionsOf(claim: Claim, part: Part, parameters: Parameters): Question[] {
  const { over } = claim;
  if (over === undefined) return [{ claim, part, parameters }];
  return over.values.map((value) => ({ claim, part, parameters: { ...parameters, [over.path]: value } }));
}

function pointOf({ verdict, found, interval, deciding }: Finding, value: ParameterValue): OverPoint {
  return { value, verdict, found, interval, deciding };
}

/** Finding that decides a claim over several values: a failure if there is one (the largest), else an undecided one, else the tightest. */
function worst(findings: readonly Finding[], { claimed }: Claim): Finding {
  const rank = ({ verdict }: Finding) => ["better", "holds", "undecided", "fails"].indexOf(verdict);
  const away = ({ found, verdict }: Finding) => {
    const factor = found === null ? 1 : (factorBetween(found, claimed) ?? Number.POSITIVE_INFINITY);
    return passes(verdict) ? -factor : factor;
  };
  return findings.reduce((most, next) => {
    if (rank(next) > rank(most)) return next;
    return rank(next) === rank(most) && away(next) > away(most) ? next : most;
  });
}
