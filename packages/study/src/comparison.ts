import type { Formula } from "@tokenyard/expression";
import type { Scenario } from "@tokenyard/scenario";
import type { Point } from "./points/point.ts";
import type { PointResult } from "./points/point-result.ts";
import { resultScope } from "./points/words.ts";
import { checkSeeds, LEAST, type ReplicationOptions } from "./replication.ts";
import { inProcessRunner } from "./runners/in-process-runner.ts";
import { type Estimate, estimateOf } from "./statistics/estimate.ts";

/** One number of two scenarios under the same chance. */
export interface Comparison {
  readonly formula: Formula;
  readonly a: Estimate;
  readonly b: Estimate;
  /** Of b − a, pair by pair. */
  readonly difference: Estimate;
  /** Whether the interval of the difference leaves out 0; null for one pair, which cannot tell. */
  readonly isReal: boolean | null;
}

/** What pairs of runs say of two scenarios. */
export interface Comparisons {
  readonly pairs: number;
  /** For each formula; undefined when no pair had both values. */
  readonly comparisons: readonly (Comparison | undefined)[];
  /** Runs that were infeasible or failed, `parameters` telling which; their pairs do not count. */
  readonly missing: readonly PointResult[];
  readonly isNarrow: boolean;
}

/**
 * Runs `a` and `b` in pairs with the same seed (that of `a` + r) and estimates the difference. Streams of chance have names, so
 * both see the same requests; what they have in common cancels. `halfWidth` is the share of a's mean that half the interval
 * of the difference may be.
 */
export async function compare(a: Scenario, b: Scenario, formulas: readonly Formula[], options: ReplicationOptions): Promise<Comparisons> {
  const { readPieces, runner = inProcessRunner({ readPieces }), replications, halfWidth, least = LEAST } = options;
  checkSeeds(a, replications);
  const values = formulas.map(() => ({ a: [] as number[], b: [] as number[] }));
  const missing: PointResult[] = [];
  let first: PointResult | undefined;
  let pairs = 0;
  let isNarrow = false;
  for await (const row of runner.run(pairedPoints(a, b, replications), options)) {
    if (row.status !== "ok") missing.push(row);
    if (first === undefined) {
      first = row;
      continue;
    }
    if (first.status === "ok" && row.status === "ok") {
      const scopes = [resultScope(first.report), resultScope(row.report)] as const;
      formulas.forEach(({ evaluate }, i) => {
        const [x, y] = [evaluate(scopes[0]), evaluate(scopes[1])];
        if (x === null || y === null) return;
        values[i]!.a.push(x);
        values[i]!.b.push(y);
      });
    }
    first = undefined;
    pairs++;
    const isEnough = halfWidth !== undefined && pairs >= least;
    isNarrow = isEnough && formulas.every((formula, i) => isWithin(comparisonOf(formula, values[i]!), halfWidth));
    if (isNarrow) break;
  }
  return { pairs, comparisons: formulas.map((formula, i) => comparisonOf(formula, values[i]!)), missing, isNarrow };
}

function* pairedPoints(a: Scenario, b: Scenario, pairs: number): Generator<Point> {
  for (let r = 0; r < pairs; r++) {
    const seed = a.seed + r;
    yield { index: 2 * r, parameters: { scenario: "a", seed }, scenario: { ...a, seed } };
    yield { index: 2 * r + 1, parameters: { scenario: "b", seed }, scenario: { ...b, seed } };
  }
}

/** The comparison that paired values give; undefined when there are none. */
export function comparisonOf(
  formula: Formula,
  { a, b }: { readonly a: readonly number[]; readonly b: readonly number[] },
): Comparison | undefined {
  const difference = estimateOf(a.map((value, i) => b[i]! - value));
  if (difference === undefined) return undefined;
  const { interval } = difference;
  const isReal = interval === null ? null : interval.low > 0 || interval.high < 0;
  return { formula, a: estimateOf(a, formula.range)!, b: estimateOf(b, formula.range)!, difference, isReal };
}

function isWithin(comparison: Comparison | undefined, halfWidth: number): boolean {
  if (comparison?.difference.interval == null) return false;
  const { low, high } = comparison.difference.interval;
  return (high - low) / 2 <= halfWidth * Math.abs(comparison.a.mean);
}
