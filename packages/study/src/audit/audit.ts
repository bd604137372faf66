import { hashOf, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { VERSION } from "@tokenyard/simulator";
import { inProcessRunner } from "../in-process-runner.ts";
import type { Parameters } from "../point.ts";
import type { Runner, RunnerOptions } from "../runner.ts";
import { type AssumedRange, assumedRanges, writtenIn } from "./assumed-range.ts";
import type { AuditedClaim } from "./audited-claim.ts";
import { type AnsweredCase, answeredCases, casesOf, questionOf } from "./case.ts";
import { factorBetween } from "./claim.ts";
import { claimOf, readClaims, withoutClaims } from "./claim-reader.ts";
import { configuredClaims, configuredStatements } from "./configuration.ts";
import { denials } from "./contradiction.ts";
import { helpOf } from "./help.ts";
import { jointTurn } from "./joint-turn.ts";
import { judged, merged, statedVerdict, type Turns } from "./judgement.ts";
import { looksUpTo } from "./looks.ts";
import { planValues } from "./plan-values.ts";
import { Runs } from "./runs.ts";
import { isGiven, type TurningPoint, turningPoint } from "./turning-point.ts";

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

/** An assumption with a range, and the ids of the claims whose verdict turns on it, alone or only together with others. */
export interface AuditedAssumption extends Pick<AssumedRange, "path" | "unit" | "from" | "to" | "assumed" | "tried"> {
  readonly turns: readonly string[];
  readonly turnsWithOthers: readonly string[];
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
  const [turns, helps] = await Promise.all([
    turnsOf(cases, ranges, runs, looks),
    options.remedies === false ? [] : helpOf(cases, runs, looks),
  ]);
  const verdicts = cases.map((each, i) => judged(each, { ...turns[i]!, denials: denied.get(each.claim.id) ?? [], gpus, ...helps[i] }));
  const audited = [...merged(verdicts), ...merged(statedVerdicts(scenario, readings, runs))];
  return {
    tokenyard: 1,
    version: VERSION,
    scenario: { name: scenario.name, hash: hashOf(resolvedOf(scenario)) },
    seed: scenario.seed,
    maxReplications: looks.at(-1)!,
    readings: readings.map(([name]) => name),
    runs: runs.count,
    claims: audited,
    assumptions: ranges.map(({ isWhole: _, ...range }) => ({ ...range, ...turnedBy(audited, range.path) })),
  };
}

/**
 * For each case, where its verdict turns inside the ranges, the nearest to what is assumed (by ratio) first, or else whether it
 * turns when several change together; nothing for a claim over several values, which varies already.
 */
async function turnsOf(
  cases: readonly AnsweredCase[],
  ranges: readonly AssumedRange[],
  runs: Runs,
  looks: readonly number[],
): Promise<Turns[]> {
  const isDecided = ({ finding }: AnsweredCase) => finding !== undefined && finding.verdict !== "undecided";
  const dynamic = cases.filter((each) => each.part?.kind === "dynamic" && isDecided(each) && questionOf(each) !== undefined);
  await runs.of(
    dynamic.flatMap(({ parameters }) =>
      ranges
        .filter(({ path }) => !isGiven(path, parameters))
        .flatMap((range) => range.tried.map((value) => runs.pointAt({ ...parameters, [range.path]: writtenIn(range, value) }))),
    ),
  );
  return Promise.all(
    cases.map(async (each): Promise<Turns> => {
      const question = questionOf(each);
      const { finding } = each;
      if (question === undefined || finding === undefined || !isDecided(each)) return { turningPoints: [] };
      const found = await Promise.all(ranges.map((range) => turningPoint(question, finding, range, runs, looks)));
      const turningPoints = nearestFirst(found, ranges);
      const joint = turningPoints.length > 0 ? undefined : await jointTurn(question, finding, ranges, runs, looks);
      return { turningPoints, ...(joint === undefined ? {} : { jointTurn: joint }) };
    }),
  );
}

function nearestFirst(found: readonly (TurningPoint | undefined)[], ranges: readonly AssumedRange[]): TurningPoint[] {
  return ranges
    .flatMap(({ assumed }, i) => (found[i] === undefined ? [] : [{ turn: found[i], ratio: ratioBetween(found[i].value, assumed) }]))
    .sort((a, b) => a.ratio - b.ratio)
    .map(({ turn }) => turn);
}

/** What the plan's configuration says in words, under every reading. */
function statedVerdicts(scenario: Scenario, readings: readonly (readonly [string, Parameters])[], runs: Runs): AuditedClaim[] {
  const ways: readonly (readonly [string | undefined, Parameters])[] = readings.length === 0 ? [[undefined, {}]] : readings;
  const stated = ways.map(([reading, parameters]) =>
    configuredStatements(scenario.deployment, runs.scenarioAt(parameters)).map((each) => statedVerdict(each, reading)),
  );
  return stated[0]!.flatMap((_, i) => stated.map((each) => each[i]!));
}

function ratioBetween(value: number, assumed: number | null): number {
  return factorBetween(value, assumed ?? 0) ?? Number.MAX_VALUE;
}

function turnedBy(claims: readonly AuditedClaim[], path: string): Pick<AuditedAssumption, "turns" | "turnsWithOthers"> {
  const ids = (isTurned: (claim: AuditedClaim) => boolean) => claims.filter(isTurned).map(({ id }) => id);
  return {
    turns: ids(({ turningPoints = [] }) => turningPoints.some((turn) => turn.path === path)),
    turnsWithOthers: ids(({ jointTurn: joint }) => joint?.changes.some((change) => change.path === path) ?? false),
  };
}
