import type { Formula } from "@tokenyard/expression";
import type { Report } from "@tokenyard/report";
import { metricOf, type Scenario } from "@tokenyard/scenario";
import { studiedTogether } from "@tokenyard/simulator";
import type { Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { resultScope } from "../points/words.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import { Looks } from "../seeds/looks.ts";
import { PooledSeeds } from "../seeds/pooled-seeds.ts";
import { checkSeeds, type ReplicationOptions } from "../seeds/replication.ts";
import { type Unsteady, UnsteadyRuns } from "../seeds/unsteady.ts";
import { type Estimate, estimateOf } from "../statistics/estimate.ts";
import { holm } from "../statistics/holm.ts";
import { type Change, chanceOf, changeOf } from "../statistics/pairs.ts";
import { type PairWinner, pairWinners } from "../winner/pair-winner.ts";

export interface CompareOptions extends Omit<ReplicationOptions, "precision"> {
  /** Largest half-width of each typical change, as a share of a: the number of pairs follows, up to `replications`. */
  readonly precision?: number;
}

/** One number of two scenarios under the same chance. */
export interface Comparison {
  readonly formula: Formula;
  /** Estimate for `a`; of latencies over the pooled requests of all runs. */
  readonly a: Estimate;
  readonly b: Estimate;
  /** Estimate of b − a over pairs. */
  readonly difference: Estimate;
  /** The typical change of a run; undefined where a number is not above 0, or never was. */
  readonly change: Change | undefined;
  /**
   * Whether they differ, by Holm's procedure over all comparisons; null for one pair, which cannot show it, and for what never occurred.
   */
  readonly isReal: boolean | null;
  /** Values of the runs of `a` and of `b`, pair by pair. */
  readonly values: Values;
  /** The better plan on real servers; null where that is not known for this number. */
  readonly winner: PairWinner | null;
}

/** Comparison of two scenarios by pairs of runs. */
export interface Comparisons {
  readonly pairs: number;
  /** For each formula; undefined when no pair had both values. */
  readonly comparisons: readonly (Comparison | undefined)[];
  /** Runs that were infeasible or failed, `parameters` saying which; their pairs do not count. */
  readonly missing: readonly PointResult[];
  /** Runs without a steady load, of each scenario that had some. */
  readonly unsteady: readonly (Unsteady & { readonly plan: "a" | "b" })[];
  /** Whether `precision` was reached, at two looks in a row; false when none was requested. */
  readonly isNarrow: boolean;
  /** Features that no measured run has, so that no winner is known: each a noun phrase; empty if there is one, or no pair ran. */
  readonly uncalibrated: readonly string[];
}

/** Observations of one formula. */
interface Values {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/**
 * Runs `a` and `b` in pairs with the same seed (that of `a` + r) and estimates their difference. Streams of chance have names, so both have
 * the same requests; common effects cancel. Both draw experts alike. Source: docs/statistics.md#compare.
 */
export async function compare(a: Scenario, b: Scenario, formulas: readonly Formula[], options: CompareOptions): Promise<Comparisons> {
  const { readPieces, runner = inProcessRunner({ readPieces }), replications, precision } = options;
  checkSeeds(a, replications);
  const [first, second] = studiedTogether([a, b], readPieces && { readPieces }) as [Scenario, Scenario];
  const values = formulas.map((): { readonly a: number[]; readonly b: number[] } => ({ a: [], b: [] }));
  const pools = [new PooledSeeds(), new PooledSeeds()] as const;
  const loads = { a: new UnsteadyRuns(), b: new UnsteadyRuns() };
  const missing: PointResult[] = [];
  const looks =
    precision === undefined
      ? undefined
      : new Looks(
          precision,
          formulas.map((_, i) => String(i)),
        );
  let one: PointResult | undefined;
  let reports: readonly [Report, Report] | undefined;
  let pairs = 0;
  for await (const row of runner.run(pairedPoints(first, second, replications), options)) {
    if (row.status !== "ok") missing.push(row);
    if (one === undefined) {
      one = row;
      continue;
    }
    if (one.status === "ok" && row.status === "ok") {
      reports ??= [one.report, row.report];
      const scopes = [resultScope(one.report), resultScope(row.report)] as const;
      pools[0].add(one.report);
      pools[1].add(row.report);
      loads.a.add(one.report);
      loads.b.add(row.report);
      formulas.forEach(({ evaluate }, i) => {
        const [x, y] = [evaluate(scopes[0]), evaluate(scopes[1])];
        if (x === null || y === null) return;
        values[i]!.a.push(x);
        values[i]!.b.push(y);
      });
    }
    one = undefined;
    pairs++;
    if (looks?.isEnough(pairs, (path) => relative(values[Number(path)]!)) === true) break;
  }
  const { comparisons, uncalibrated } = withWinners(comparisonsOf(formulas, values, pools), reports);
  const unsteady = (["a", "b"] as const).flatMap((plan) => {
    const most = loads[plan].most;
    return most === undefined ? [] : [{ plan, ...most }];
  });
  return { pairs, comparisons, missing, unsteady, isNarrow: looks?.reached ?? false, uncalibrated };
}

type Unsure = Omit<Comparison, "winner">;

function withWinners(
  all: readonly (Unsure | undefined)[],
  reports: readonly [Report, Report] | undefined,
): Pick<Comparisons, "comparisons" | "uncalibrated"> {
  const numbers = all.flatMap((each) => (each === undefined ? [] : [{ ...each, name: each.formula.text, a: each.a.mean, b: each.b.mean }]));
  const found = reports === undefined ? { uncalibrated: [] } : pairWinners(reports, numbers);
  const winners = "winners" in found ? [...found.winners] : [];
  const comparisons = all.map((each) => each && { ...each, winner: winners.shift() ?? null });
  return { comparisons, uncalibrated: "winners" in found ? [] : found.uncalibrated };
}

function* pairedPoints(a: Scenario, b: Scenario, pairs: number): Generator<Point> {
  for (let r = 0; r < pairs; r++) {
    const seed = a.seed + r;
    yield { index: 2 * r, parameters: { scenario: "a", seed }, scenario: { ...a, seed }, distributions: true };
    yield { index: 2 * r + 1, parameters: { scenario: "b", seed }, scenario: { ...b, seed }, distributions: true };
  }
}

/** The relative change, whose interval is compared with 1. */
function relative({ a, b }: Values) {
  const count = a.length;
  const change = changeOf(a, b);
  if (change !== undefined) return { count, value: 1, standardDeviation: null, interval: change.interval };
  const difference = estimateOf(differences({ a, b }));
  const mean = Math.abs(estimateOf(a)?.mean ?? 0);
  if (difference === undefined || !Number.isFinite(difference.mean)) return undefined;
  const { interval } = difference;
  if (interval !== null && interval.high === interval.low)
    return { count, value: 1, standardDeviation: null, interval: { low: 1, high: 1 } };
  return { count, value: mean, standardDeviation: null, interval };
}

function comparisonsOf(
  formulas: readonly Formula[],
  values: readonly Values[],
  pools: readonly [PooledSeeds, PooledSeeds],
): (Unsure | undefined)[] {
  const drafts = formulas.map((formula, i) => draftOf(formula, values[i]!, pools));
  const ps = drafts.flatMap((draft) => draft?.p ?? []);
  const real = holm(ps);
  let at = 0;
  return drafts.map((draft) => {
    if (draft === undefined) return undefined;
    const { p, ...comparison } = draft;
    return { ...comparison, isReal: p === null ? null : real[at++]! };
  });
}

function draftOf(
  formula: Formula,
  { a, b }: Values,
  [poolA, poolB]: readonly [PooledSeeds, PooledSeeds],
): (Omit<Unsure, "isReal"> & { readonly p: number | null }) | undefined {
  const difference = estimateOf(differences({ a, b }));
  if (difference === undefined) return undefined;
  const change = changeOf(a, b);
  return {
    formula,
    a: ofAll(formula, a, poolA),
    b: ofAll(formula, b, poolB),
    difference,
    change,
    values: { a, b },
    p: pOf(difference, change),
  };
}

function differences({ a, b }: Values): number[] {
  return a.map((value, i) => (b[i] === value ? 0 : b[i]! - value)); // two unbounded values differ by nothing
}

/** Null where one pair ran, or something never was. */
function pOf({ count, mean, standardDeviation }: Estimate, change: Change | undefined): number | null {
  if (standardDeviation === null) return null;
  if (change !== undefined) return change.p;
  return chanceOf(mean, standardDeviation / Math.sqrt(count), count);
}

/** Estimate of a number over all runs of one side. */
function ofAll({ text, range }: Formula, values: readonly number[], pool: PooledSeeds): Estimate {
  const path = metricOf(text)?.path;
  const pooled = path === undefined ? undefined : pool.estimate(path, values);
  if (pooled === undefined) return estimateOf(values, range)!;
  const { count, value, standardDeviation, interval } = pooled;
  return { count, mean: value, standardDeviation, interval };
}
