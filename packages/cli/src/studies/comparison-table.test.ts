import { type Comparison, formula, RESULT_WORDS } from "@tokenyard/study";
import { expect, test } from "vitest";
import { comparisonLines } from "./comparison-table.ts";

const estimate = { mean: 1, standardDeviation: 0.1, count: 8, interval: { low: 0.9, high: 1.1 } };

function verdictOf(low: number, high: number, isReal: boolean | null): string {
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
  const lines = comparisonLines(8, [{ name: "gpus", comparison }], undefined, { columns: 100, colors: 1 } as never);
  return lines.at(-1)!.replace(/^.*%\s+/, "");
}

test("what Holm does not call real says so where its own interval would, as it is one of several metrics", () => {
  expect(verdictOf(1.01, 1.05, true)).toBe("real");
  expect(verdictOf(1.01, 1.05, false)).toBe("may be chance: one of several metrics");
  expect(verdictOf(0.95, 0.99, false)).toBe("may be chance: one of several metrics");
  expect(verdictOf(0.98, 1.05, false)).toBe("may be chance");
});
