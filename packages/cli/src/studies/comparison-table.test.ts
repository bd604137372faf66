import { type Comparison, formula, RESULT_WORDS } from "@tokenyard/study";
import { expect, test } from "vitest";
import { comparisonLines, type Row, winnerLines } from "./comparison-table.ts";

const estimate = { mean: 1, standardDeviation: 0.1, count: 8, interval: { low: 0.9, high: 1.1 } };

function linesOf(low: number, high: number, isReal: boolean | null): string[] {
  const change = { factor: Math.sqrt(low * high), interval: { low, high } };
  const difference = { ...estimate, mean: 0.05, interval: { low: low - 1, high: high - 1 } };
  const comparison = {
    formula: formula("gpus", RESULT_WORDS),
    a: estimate,
    b: estimate,
    difference,
    change,
    isReal,
  } as unknown as Comparison;
  return comparisonLines(8, [{ name: "gpus", comparison }], undefined, { columns: 100, colors: 1 } as never);
}

function verdictOf(low: number, high: number, isReal: boolean | null): string {
  return linesOf(low, high, isReal)
    .at(-1)!
    .replace(/^.*%\s+/, "");
}

test("what Holm does not call real says so where its own interval would, as it is one of several metrics", () => {
  expect(verdictOf(1.01, 1.05, true)).toBe("real");
  expect(verdictOf(1.01, 1.05, false)).toBe("may be chance: one of several metrics");
  expect(verdictOf(0.95, 0.99, false)).toBe("may be chance: one of several metrics");
  expect(verdictOf(0.98, 1.05, false)).toBe("may be chance");
});

test("every column of the table has a heading", () => {
  const [head, row] = linesOf(1.01, 1.05, true).slice(-2);
  expect(head!.trim().split(/\s{2,}/)).toEqual(["metric", "a", "b", "typical change of a run", "verdict"]);
  expect(row!.trim().split(/\s{2,}/)).toHaveLength(5);
});

const rowOf = (name: string, isReal: boolean, chance: number): Row => {
  const winner = { plan: "b", chance, regret: 0.123, measure: { plan: "a", chance: 0.9 } };
  return { name, comparison: { isReal, winner } as unknown as Comparison };
};

test("the least sure winner of what differs is named, with what is lost if it is none and the run that would decide", () => {
  const rows = [rowOf("ttft.mean", true, 0.8), rowOf("tpot.mean", true, 0.7), rowOf("e2e.mean", false, 0.5)];
  expect(winnerLines(rows, [])).toEqual([
    "least sure on real servers, by seeds and model error: b is better in tpot.mean with 70 %; where it is not, a is better by 12 % in the mean",
    "to decide: a measured run of a, given to tokenyard calibrate, would make tpot.mean sure to 90 % in the mean",
  ]);
  expect(winnerLines(rows.slice(2), [])[0]).toContain("e2e.mean with 50 %"); // nothing differs beyond chance
  expect(winnerLines([{ name: "gpus", comparison: undefined }], [])).toEqual([]);
  expect(winnerLines([], ["roofline kernels", "faults"])).toEqual([
    "which is the better on real servers is not known: measured runs say nothing of roofline kernels, faults",
  ]);
});
