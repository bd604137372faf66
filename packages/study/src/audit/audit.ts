import { auditConclusion, type StudyConclusion } from "@tokenyard/report";
import { type Assumption, assumedValues, hashOf, type ReadPieces, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { studied, VERSION } from "@tokenyard/simulator";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions, RunnerProgress } from "../runners/runner.ts";
import { claimOf, readClaims, withoutClaims } from "./claims/claim-reader.ts";
import { configuredClaims, configuredStatements } from "./claims/configuration.ts";
import { planValues } from "./claims/plan-values.ts";
import { oneVerdictEach } from "./promises/one-verdict.ts";
import { promisedClaims } from "./promises/promised-claims.ts";
import { denials } from "./questions/contradiction.ts";
import { looksUpTo } from "./questions/looks.ts";
import { Runs } from "./questions/runs.ts";
import { type AssumedRange, assumedRanges } from "./turns/assumed-range.ts";
import type { Turns } from "./turns/turns.ts";
import type { AuditedClaim } from "./verdicts/audited-claim.ts";
import { answeredCases, casesOf, type Reading } from "./verdicts/case.ts";
import { helpOf } from "./verdicts/help.ts";
import { idOf, judged } from "./verdicts/judgement.ts";
import { type RealAudit, realClaims } from "./verdicts/real-claims.ts";
import { claimId, isWrong, rootsOf } from "./verdicts/root.ts";
import { Search } from "./verdicts/search.ts";
import { statedClaim } from "./verdicts/statement.ts";

export interface AuditOptions extends Omit<RunnerOptions, "onProgress"> {
  /** Most replications of one scenario; a verdict is given as soon as fewer decide it. 24 when none is given, 2 at least. */
  readonly maxReplications?: number;
  /** Bytes of files that the scenario and its claims name, as traces: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
  /** False leaves every assumption as it is, so that no verdict can depend on one. */
  readonly ranges?: boolean;
  /** False skips the search for what would make a failed claim hold. */
  readonly remedies?: boolean;
  /** Called when a run starts or ends, and when a claim is begun. */
  onProgress?(progress: AuditProgress): void;
}

/** How far an audit is. */
export interface AuditProgress extends RunnerProgress {
  /** Purpose of the runs. */
  readonly stage: "readings" | "ranges" | "remedies";
  /** The claim whose range is being searched, the number of claims done, and their number in all. */
  readonly claim?: { readonly id: string; readonly done: number; readonly of: number };
}

/** Result of an audit of a plan. Plain data, the same for the same scenario on any runner. */
export interface Audit {
  readonly tokenyard: 1;
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly seed: number;
  /** Whether the plan holds, the claim that decides, and what would make it hold. */
  readonly conclusion: StudyConclusion;
  /** How sure it is that claims hold on a real server which runs decide; undefined where no measured run was like the plan. */
  readonly real?: RealAudit;
  readonly maxReplications: number;
  /** Names of the ways in which the plan is read. */
  readonly readings: readonly string[];
  /** Different scenarios that were run. */
  readonly runs: number;
  /** Whether ranges of assumptions, and policies, were searched. */
  readonly searched: boolean;
  /** Claims in the order of the plan. */
  readonly claims: readonly AuditedClaim[];
  readonly assumptions: readonly AuditedAssumption[];
  /** Everything else that is assumed: no range, or none that was searched. */
  readonly unvaried: readonly Assumption[];
  /** The values of `unvaried`, by path; null for none. */
  readonly unvariedValues: Readonly<Record<string, unknown>>;
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
  const { readPieces, runner = inProcessRunner({ readPieces }), maxReplications = REPLICATIONS, onProgress, ...runnerOptions } = options;
  const written = readClaims(scenario, readPieces);
  const configured = configuredClaims(scenario.deployment).map((spec) => claimOf(spec, scenario, readPieces));
  const claims = [...written, ...configured];
  const bare = withoutClaims(scenario);
  let stage: Omit<AuditProgress, keyof RunnerProgress> = { stage: "readings" };
  let count: RunnerProgress = { started: 0, ended: 0 };
  const report = (now: Partial<AuditProgress>) => {
    if (now.stage !== undefined) stage = now as typeof stage;
    onProgress?.({ ...count, ...stage });
  };
  const runs = new Runs(
    studied(bare, readPieces && { readPieces }),
    runner,
    {
      ...runnerOptions,
      onProgress: (now) => {
        count = now;
        report({});
      },
    },
    readPieces,
  );
  const looks = looksUpTo(Math.max(2, maxReplications));
  const named = Object.entries(scenario.deployment?.readings ?? {});
  const readings: readonly Reading[] = named.length === 0 ? [[undefined, {}]] : named;
  const values = planValues(bare);
  const gpus = (typeof values === "function" ? values("gpus") : null) ?? 1;
  const denied = denials(claims, gpus);

  const cases = await answeredCases(claims.flatMap(casesOf), readings, runs, looks);
  const ranges = options.ranges === false ? [] : assumedRanges(bare, runs);
  const search = new Search(ranges, readings[0]![0], runs, looks);
  const turns: Turns[] = [];
  if (ranges.length > 0) {
    report({ stage: "ranges" });
    await search.begin(cases);
  }
  for (const [done, each] of cases.entries()) {
    if (ranges.length > 0) report({ stage: "ranges", claim: { id: idOf(each), done, of: cases.length } });
    turns.push(await search.turnsOf(each));
  }
  report({ stage: "remedies" });
  const isTurned = turns.map(({ turningPoints, jointTurn }) => turningPoints.length > 0 || jointTurn !== undefined);
  const helps = options.remedies === false ? [] : await helpOf(cases, isTurned, readings[0]![0], runs, looks);
  const verdicts = cases.map((each, i) => judged(each, { ...turns[i]!, denials: denied.get(each.claim.id) ?? [], gpus, ...helps[i] }));
  const { each: real, all } = await realClaims(cases, runs);
  const roots = rootsOf(cases, new Set(verdicts.filter(isWrong).map(claimId)));
  const rooted = verdicts.map((claim, i): AuditedClaim => {
    const root = isWrong(claim) ? roots.get(claimId(claim)) : undefined;
    return { ...claim, ...real[i], ...(root === undefined ? {} : { root }) };
  });
  const promised = await promisedClaims(scenario, readings, runs, options.ranges !== false);
  const audited = [...oneVerdictEach(rooted, promised), ...statedClaims(scenario, readings, runs)];
  const resolved = resolvedOf(scenario);
  const unvaried = scenario.assumed.filter((entry) => ranges.length === 0 || typeof entry === "string" || !("from" in entry));
  return {
    tokenyard: 1,
    version: VERSION,
    scenario: { name: scenario.name, hash: hashOf(resolved) },
    seed: scenario.seed,
    conclusion: auditConclusion(audited),
    ...(all === undefined ? {} : { real: all }),
    maxReplications: looks.at(-1)!,
    readings: named.map(([name]) => name),
    runs: runs.count,
    searched: options.ranges !== false,
    claims: audited,
    assumptions: ranges.map(({ isWhole: _, ...range }) => ({ ...range, ...turnedBy(audited, range.path) })),
    unvaried,
    unvariedValues: assumedValues(resolved, unvaried),
  };
}

/** Claims of the configuration in words, under every reading. */
function statedClaims(scenario: Scenario, readings: readonly Reading[], runs: Runs): AuditedClaim[] {
  const stated = readings.map(([reading, parameters]) =>
    configuredStatements(scenario.deployment, runs.scenarioAt(parameters)).map((each) => [reading, each] as const),
  );
  return stated[0]!.map((_, i) => statedClaim(stated.map((each) => each[i]!)));
}

function turnedBy(claims: readonly AuditedClaim[], path: string): Pick<AuditedAssumption, "turns" | "turnsWithOthers"> {
  const ids = (isTurned: (claim: AuditedClaim) => boolean) => claims.filter(isTurned).map(({ id }) => id);
  return {
    turns: ids(({ turningPoints = [] }) => turningPoints.some((turn) => turn.path === path)),
    turnsWithOthers: ids(({ jointTurn: joint }) => joint?.changes.some((change) => change.path === path) ?? false),
  };
}
