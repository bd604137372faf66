import { loadScenario } from "@tokenyard/scenario";
import { type Comparisons, estimateOf } from "@tokenyard/study";
import { expect, test } from "vitest";
import { targetChanges } from "./target-changes.ts";

const { scenario } = loadScenario(
  `tokenyard: 1
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
targets: { ttft.p99: 1 s }
`,
  { read: () => "" },
);

function verdictOf(a: number[], b: number[], isReal: boolean | null) {
  const side = (values: number[]) => estimateOf(values)!;
  const comparison = { a: side(a), b: side(b), values: { a, b }, isReal } as unknown as Comparisons["comparisons"][number];
  const found = { pairs: a.length, comparisons: [comparison], missing: [], unsteady: [], isNarrow: false, uncalibrated: [] };
  return targetChanges(scenario, found)[0]!.verdict;
}

test("a target is lost where b misses it for sure and a meets it, not where the means alone lie on both sides", () => {
  expect(verdictOf([0.5, 0.51, 0.52, 0.5], [1.5, 1.52, 1.5, 1.51], true)).toBe("lost");
  expect(verdictOf([0.2, 1.5, 0.9, 1.1], [0.9, 2.9, 0.4, 1.2], false)).toBe("unknown"); // means of 0.93 and 1.35
  expect(verdictOf([0.9], [1.1], null)).toBe("unknown");
});

test("one that a may meet is lost where b misses it and is surely worse, else undecided", () => {
  expect(verdictOf([0.7, 1.2, 0.9, 1.1], [1.7, 2.2, 1.9, 2.1], true)).toBe("lost");
  expect(verdictOf([0.7, 1.2, 0.9, 1.1], [1.7, 2.2, 1.9, 2.1], false)).toBe("unknown");
});

test("won is lost the other way round, and two sides of one verdict have lost nothing", () => {
  expect(verdictOf([1.5, 1.52, 1.5, 1.51], [0.5, 0.51, 0.52, 0.5], true)).toBe("won");
  expect(verdictOf([0.5, 0.51, 0.52, 0.5], [0.6, 0.61, 0.62, 0.6], true)).toBe("met");
  expect(verdictOf([1.5, 1.52, 1.5, 1.51], [2.5, 2.52, 2.5, 2.51], true)).toBe("missed");
});
