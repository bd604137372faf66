import { hashOf, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { VERSION } from "@tokenyard/simulator";
import { inProcessRunner } from "../in-process-runner.ts";
import { isImpossible } from "../point.ts";
import type { Runner, RunnerOptions } from "../runner.ts";
import { type AssumedRange, assumedRanges, writtenIn } from "./assumed-range.ts";
import type { AuditedClaim } from "./audited-claim.ts";
import { type AnsweredCase, answeredCases, casesOf, questionOf } from "./case.ts";
import { changesOf } from "./change.ts";
import { factorBetween } from "./claim.ts";
import { claimOf, readClaims, withoutClaims } from "./claim-reader.ts";
import { configuredClaims, configuredStatements } from "./configuration.ts";
import { denials } from "./contradiction.ts";
import { type Help, judged, merged, statedVerdict } from "./judgement.ts";
import { looksUpTo } from "./looks.ts";
import { planValues } from "./plan-values.ts";
import type { Question } from "./question.ts";
import { remedies, remedyPoints } from "./remedy.ts";
import { Runs } from "./runs.ts";
import { fewerGpus, smallerPlans } from "./smaller-plan.ts";
import { type TurningPoint, turningPoint } from "./turning-point.ts";

export interface AuditOptions extends RunnerOptions {
  /** Most replications of one scenario; a verdict is given as soon as fewer decide it. 24 when none is given, 2 at least. */
  readonly maxReplications?: number;
  /** This thread when none is given. */
  readonly runner?: Runner;
  /** False leaves every assumption as it is, so that no verdict can depend on one. */
  readonly ranges?: boolean;
  /** False asks not what would make a failed claim hold. */
  readonly remedies?: boolean;
}

/** What an audit of a plan found. Plain data, the same for the same scenario whatever runs it. */
export interface Audit {
  readonly tokenyard: 1;
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly seed: number;
  readonly maxReplications: number;
  /** Names of the ways in which the plan is read. */
  readonly readings: readonly string[];
  /** Different scenarios that were run. */
  readonly runs: number;
  /** In the order of the plan. */
  readonly claims: readonly AuditedClaim[];
  readonly assumptions: readonly AuditedAssumption[];
}

/** An assumption with a range, and the ids of the claims whose verdict turns on it. */
export interface AuditedAssumption extends Pick<AssumedRange, "path" | "unit" | "from" | "to" | "assumed" | "tried"> {
  readonly turns: readonly string[];
}

const REPLICATIONS = 24;

/**
 * Holds every claim of `scenario` against the plan's own sums, against the compiled plan, and against runs. Throws Problems of
 * the claims, all at once, and Stopped when the signal was given.
 */
export async function audit(scenario: Scenario, options: AuditOptions = {}): Promise<Audit> {
  const { runner = inProcessRunner(), maxReplications = REPLICATIONS } = options;
  const claims = [...readClaims(scenario), ...configuredClaims(scenario.deployment).map((spec) => claimOf(spec, scenario))];
  const bare = withoutClaims(scenario);
  const runs = new Runs(bare, runner, options);
  const looks = looksUpTo(Math.max(2, maxReplications));
  const readings = Object.entries(scenario.deployment?.readings ?? {});
  const values = planValues(bare);
  const gpus = (typeof values === "function" ? values("gpus") : null) ?? 1;
  const denied = denials(claims, gpus);

  const cases = await answeredCases(
    claims.flatMap((claim) => casesOf(claim, readings)),
    runs,
    looks,
  );
  const ranges = options.ranges === false ? [] : assumedRanges(bare, runs);
  const turns = await turningPoints(cases, ranges, runs, looks);
  const helps = options.remedies === false ? [] : await help(cases, bare, gpus, runs, looks);
  const verdicts = cases.map((each, i) =>
    judged(each, { turningPoints: turns[i]!, denials: denied.get(each.claim.id) ?? [], gpus, ...helps[i] }),
  );
  const audited = [
    ...merged(verdicts),
    ...configuredStatements(scenario, typeof values === "function" ? values : () => null).map(statedVerdict),
  ];
  return {
    tokenyard: 1,
    version: VERSION,
    scenario: { name: scenario.name, hash: hashOf(resolvedOf(scenario)) },
    seed: scenario.seed,
    maxReplications: looks.at(-1)!,
    readings: readings.map(([name]) => name),
    runs: runs.count,
    claims: audited,
    assumptions: ranges.map(({ isWhole: _, ...range }) => ({ ...range, turns: turnedBy(audited, range.path) })),
  };
}

/**
 * For each case, where its verdict turns inside the ranges, the nearest to what is assumed (by ratio) first; none for a claim
 * over several values, which varies already.
 */
async function turningPoints(
  cases: readonly AnsweredCase[],
  ranges: readonly AssumedRange[],
  runs: Runs,
  looks: readonly number[],
): Promise<TurningPoint[][]> {
  const dynamic = cases.filter(({ part, finding }) => part?.kind === "dynamic" && finding?.verdict !== "undecided");
  await runs.of(
    dynamic.flatMap((each) =>
      questionOf(each) === undefined
        ? []
        : ranges.flatMap((range) =>
            range.tried.map((value) => runs.pointAt({ ...each.parameters, [range.path]: writtenIn(range, value) })),
          ),
    ),
  );
  return Promise.all(
    cases.map(async (each) => {
      const question = questionOf(each);
      const { finding } = each;
      if (question === undefined || finding === undefined || finding.verdict === "undecided") return [];
      const found = await Promise.all(ranges.map((range) => turningPoint(question, finding, range, runs, looks)));
      return ranges
        .flatMap(({ assumed }, i) => (found[i] === undefined ? [] : [{ turn: found[i], ratio: ratioBetween(found[i].value, assumed) }]))
        .sort((a, b) => a.ratio - b.ratio)
        .map(({ turn }) => turn);
    }),
  );
}

/** For each case that runs show to miss a bound, what would make it hold; asked of the first reading of the plan. */
async function help(
  cases: readonly AnsweredCase[],
  scenario: Scenario,
  gpus: number,
  runs: Runs,
  looks: readonly number[],
): Promise<Help[]> {
  const missed = cases.map((each) => {
    const { claim, finding } = each;
    const question = questionOf(each);
    const isMissed = finding?.kind === "dynamic" && finding.verdict === "fails" && claim.comparison !== "=" && each.isFirstReading;
    return isMissed && question !== undefined ? { question, finding } : undefined;
  });
  const changesFor = ({ parameters }: Question) => {
    const changed = runs.scenarioAt(parameters);
    return isImpossible(changed) ? [] : changesOf(changed);
  };
  await runs.of(missed.flatMap((each) => (each === undefined ? [] : remedyPoints(each.question, changesFor(each.question), runs))));
  return Promise.all(
    missed.map(async (each): Promise<Help> => {
      if (each === undefined) return {};
      const { question, finding } = each;
      const { claim } = question;
      const found = await remedies(question, finding, changesFor(question), runs, looks);
      if (claim.unit !== "tokens/ms" || claim.comparison !== ">=") return { remedies: found };
      const { single, best } = await fewerGpus(question, smallerPlans(scenario, gpus), runs, looks);
      return { remedies: found, fewerGpus: { single: single ?? null, best: best ?? null } };
    }),
  );
}

function ratioBetween(value: number, assumed: number | null): number {
  return factorBetween(value, assumed ?? 0) ?? Number.MAX_VALUE;
}

function turnedBy(claims: readonly AuditedClaim[], path: string): string[] {
  return claims.filter(({ turningPoints = [] }) => turningPoints.some((turn) => turn.path === path)).map(({ id }) => id);
}
