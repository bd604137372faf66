import { exp } from "@tokenyard/random";
import { DRAWS, deviationAt, drawnNoise, type LogSpread, sideOf } from "@tokenyard/report";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import type { Interval } from "../../statistics/estimate.ts";
import { decidingRun, inBounds } from "../../winner/deciding-run.ts";
import { type RealPlan, realPlans } from "../../winner/real-plan.ts";
import { decided } from "../claims/claim.ts";
import { observedPoints } from "../questions/observation.ts";
import type { Runs } from "../questions/runs.ts";
import type { AnsweredCase } from "./case.ts";

/** How sure it is that all claims hold on a real server that runs of the plan decide, and whose numbers have a measured error. */
export interface RealAudit {
  /** How many those are. */
  readonly claims: number;
  /** Probability from 1 to 99 %, by measured runs like the plan and the seeds of its runs. */
  readonly chance: number;
  /** How sure it would be in the mean, after a measured run of the plan, that they all hold or that they do not; null where that would add no point. */
  readonly measured: number | null;
}

/** How sure a claim is on a real server. */
export interface RealClaim {
  /** Probability that it holds there, from 1 to 99 %. */
  readonly probability: number;
  /** Mean deviation from the claimed number if the claim does not hold, as a share of that number; null if it always holds, and for a claimed 0. */
  readonly regret: number | null;
}

/** Results of cases on drawn real servers. */
export interface RealClaims {
  /** [cases] Undefined where nothing is known of it. */
  readonly each: readonly (RealClaim | undefined)[];
  /** Undefined where nothing is known of any. */
  readonly all: RealAudit | undefined;
}

interface Known {
  /** [draws] Whether the claim holds. */
  readonly holds: Uint8Array;
  readonly regret: number | null;
  readonly plan: RealPlan;
}

/** Cases as their kindest readings have them. Makes no runs beside those that answered them. docs/models/model-error.md#two-plans */
export async function realClaims(cases: readonly AnsweredCase[], runs: Runs): Promise<RealClaims> {
  const plans = new Map<string, readonly RealPlan[] | undefined>();
  const known: (Known | undefined)[] = [];
  for (const each of cases) known.push(await realClaim(each, runs, plans));
  const sure = known.filter((each) => each !== undefined);
  const each = known.map((one) => one && { probability: inBounds(counted(one.holds) / DRAWS), regret: one.regret });
  return { each, all: sure.length === 0 ? undefined : allOf(sure) };
}

/** A claim of a plan's own numbers; undefined for a claim over several values, as each of them is another plan. */
async function realClaim(
  { claim, part, readings: [kindest] }: AnsweredCase,
  runs: Runs,
  plans: Map<string, readonly RealPlan[] | undefined>,
): Promise<Known | undefined> {
  const found = kindest?.finding.found;
  if (part?.kind !== "dynamic" || claim.over !== undefined || kindest?.finding.kind !== "dynamic") return undefined;
  if (found === null || found === undefined || !Number.isFinite(found)) return undefined;
  const points = observedPoints(claim, kindest.parameters, 0, runs);
  const rows = await runs.of(points);
  if (!rows.every(isRun)) return undefined;
  const key = points.map((point) => point.key).join(" ");
  if (!plans.has(key)) plans.set(key, plansOf(rows));
  const real = plans.get(key);
  if (real === undefined) return undefined;
  const simulated = rows.map(({ report }) => part.evaluate(resultScope(report)));
  if (simulated.some((value) => value === null || value === 0)) return undefined;
  const holds = new Uint8Array(DRAWS);
  const seeds = seedsOf(found, kindest.finding.interval);
  const noise = drawnNoise();
  let errs = false;
  let off = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const [factor = 1, divisor = 1] = real.map((plan, at) => (part.evaluate(plan.scope(draw)) ?? 0) / simulated[at]!);
    const drawn: number = (found * factor) / divisor;
    if (drawn !== found) errs = true;
    const value = drawn * exp(deviationAt(seeds, noise[draw]!));
    const verdict = decided({ low: value, high: value }, claim);
    holds[draw] = verdict === "holds" || verdict === "better" ? 1 : 0;
    if (holds[draw] === 0) off += Math.abs(value / claim.claimed - 1);
  }
  const fails = DRAWS - counted(holds);
  return errs ? { holds, regret: fails === 0 || claim.claimed === 0 ? null : off / fails, plan: real[0]! } : undefined;
}

/** Spread of `found` over seeds; none if its interval is open, or only one seed ran. */
function seedsOf(found: number, interval: Interval | null): LogSpread {
  if (interval === null || interval.high === null || !(found > 0 && interval.low > 0)) return { median: 0, below: 0, above: 0 };
  return { median: 0, below: sideOf(found, interval.low), above: sideOf(found, interval.high) };
}

type Run = Extract<PointResult, { readonly status: "ok" }>;

function isRun(row: PointResult): row is Run {
  return row.status === "ok";
}

function plansOf(rows: readonly Run[]): readonly RealPlan[] | undefined {
  const reports = rows.map(({ report }) => report);
  const real = realPlans(reports, reports.length);
  return "plans" in real ? (real.plans as readonly RealPlan[]) : undefined;
}

function allOf(known: readonly Known[]): RealAudit {
  const best = Int32Array.from({ length: DRAWS }, (_, draw) => (known.every(({ holds }) => holds[draw] === 1) ? 0 : -1));
  const wins = best.filter((each) => each === 0).length;
  const run = decidingRun([known[0]!.plan], best, Math.max(wins, DRAWS - wins));
  return { claims: known.length, chance: inBounds(wins / DRAWS), measured: run?.chance ?? null };
}

function counted(holds: Uint8Array): number {
  return holds.reduce((sum, each) => sum + each, 0);
}
