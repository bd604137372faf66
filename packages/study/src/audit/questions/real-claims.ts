import { DRAWS } from "@tokenyard/report";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import { decidingRun, inBounds } from "../../winner/deciding-run.ts";
import { type RealPlan, realPlans } from "../../winner/real-plan.ts";
import { decided } from "../claims/claim.ts";
import type { AnsweredCase } from "./case.ts";
import { observedPoints } from "./observation.ts";
import type { Runs } from "./runs.ts";

/** How sure it is that all claims hold on a real server that runs of the plan decide, and whose numbers have a measured error. */
export interface RealAudit {
  /** How many those are. */
  readonly claims: number;
  /** From 1 to 99 %, as measured runs like the plan say; seeds aside. */
  readonly chance: number;
  /** How sure it would be in the mean, after a measured run of the plan, that they all hold or that they do not; null where that would add no point. */
  readonly measured: number | null;
}

/** What drawn real servers say of cases. */
export interface RealClaims {
  /** [cases] The probability that it holds there; undefined where nothing is known of it. */
  readonly chances: readonly (number | undefined)[];
  /** Undefined where nothing is known of any. */
  readonly all: RealAudit | undefined;
}

interface Known {
  /** [draws] Whether the claim holds. */
  readonly holds: Uint8Array;
  readonly plan: RealPlan;
}

/** Cases as their kindest readings have them. Makes no runs beside those that answered them. docs/models/model-error.md#two-plans */
export async function realClaims(cases: readonly AnsweredCase[], runs: Runs): Promise<RealClaims> {
  const plans = new Map<string, readonly RealPlan[] | undefined>();
  const known: (Known | undefined)[] = [];
  for (const each of cases) known.push(await realClaim(each, runs, plans));
  const sure = known.filter((each) => each !== undefined);
  const chances = known.map((each) => each && inBounds(counted(each.holds) / DRAWS));
  return { chances, all: sure.length === 0 ? undefined : allOf(sure) };
}

/** Of a claim of a plan's own numbers; a claim over several values has none, as each is another plan. */
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
  let errs = false;
  for (let draw = 0; draw < DRAWS; draw++) {
    const [factor = 1, divisor = 1] = real.map((plan, at) => (part.evaluate(plan.scope(draw)) ?? 0) / simulated[at]!);
    const value: number = (found * factor) / divisor;
    if (value !== found) errs = true;
    const verdict = decided({ low: value, high: value }, claim);
    holds[draw] = verdict === "holds" || verdict === "better" ? 1 : 0;
  }
  return errs ? { holds, plan: real[0]! } : undefined;
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
