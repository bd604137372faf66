import type { Parameters, ParameterValue } from "../point.ts";
import type { OverPoint } from "./audited-claim.ts";
import { type Claim, factorBetween, type Part } from "./claim.ts";
import type { Finding } from "./finding.ts";
import { answers, type Question } from "./question.ts";
import type { Runs } from "./runs.ts";

/** One part of a claim under one reading of the plan: what gets a verdict. */
export interface Case {
  readonly claim: Claim;
  /** Undefined when only the plan's own sums can tell. */
  readonly part: Part | undefined;
  readonly reading: string | undefined;
  readonly parameters: Parameters;
}

/** A case and what decides it. */
export interface AnsweredCase extends Case {
  readonly finding: Finding | undefined;
  readonly points: readonly OverPoint[] | undefined;
}

export function casesOf(claim: Claim, readings: readonly (readonly [string, Parameters])[]): Case[] {
  const { parts, given } = claim;
  if (parts.length === 0) return [{ claim, part: undefined, reading: undefined, parameters: given }];
  const all: readonly (readonly [string | undefined, Parameters])[] = readings.length === 0 ? [[undefined, {}]] : readings;
  return parts.flatMap((part) =>
    all.map(([reading, parameters]): Case => ({ claim, part, reading, parameters: { ...parameters, ...given } })),
  );
}

/** Answers all `cases` together, so that their runs are made together. */
export async function answeredCases(cases: readonly Case[], runs: Runs, looks: readonly number[]): Promise<AnsweredCase[]> {
  const questions = cases.map(questionsOf);
  const findings = await answers(questions.flat(), runs, looks);
  let at = 0;
  return cases.map((each, i) => {
    const own = findings.slice(at, at + questions[i]!.length);
    at += own.length;
    const { over } = each.claim;
    if (over === undefined || each.part === undefined) return { ...each, finding: own[0], points: undefined };
    return { ...each, finding: worst(own, each.claim), points: own.map((finding, k) => pointOf(finding, over.values[k]!)) };
  });
}

/** The question of a case that has one, where it is not over several values. */
export function questionOf({ claim, part, parameters }: Case): Question | undefined {
  return part === undefined || claim.over !== undefined ? undefined : { claim, part, parameters };
}

function questionsOf({ claim, part, parameters }: Case): Question[] {
  if (part === undefined) return [];
  const { over } = claim;
  if (over === undefined) return [{ claim, part, parameters }];
  return over.values.map((value) => ({ claim, part, parameters: { ...parameters, [over.path]: value } }));
}

function pointOf({ verdict, found, interval, deciding }: Finding, value: ParameterValue): OverPoint {
  return { value, verdict, found, interval, deciding };
}

/** What decides a claim over several values: a failure if there is one (the largest), else what is undecided, else the tightest. */
function worst(findings: readonly Finding[], { claimed }: Claim): Finding | undefined {
  const rank = ({ verdict }: Finding) => ["holds", "undecided", "fails"].indexOf(verdict);
  const away = ({ found, verdict }: Finding) => {
    const factor = found === null ? 1 : (factorBetween(found, claimed) ?? Number.POSITIVE_INFINITY);
    return verdict === "holds" ? -factor : factor;
  };
  return findings.reduce<Finding | undefined>((most, next) => {
    if (most === undefined || rank(next) > rank(most)) return next;
    return rank(next) === rank(most) && away(next) > away(most) ? next : most;
  }, undefined);
}
