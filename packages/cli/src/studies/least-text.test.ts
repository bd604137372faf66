import { parseScenario } from "@tokenyard/scenario";
import { type OptimizeOptions, optimum } from "@tokenyard/study";
import { expect, test } from "vitest";
import { leastText } from "./least-text.ts";

const plan = parseScenario({
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 128,
    attention: { heads: 8, kvHeads: 8, headSize: 16 },
    experts: { count: 16, topK: 1, hiddenSize: 64 },
  },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  parallelism: { expert: 8 },
  routing: { gate: { kind: "lognormal", sigma: 1.05 } },
  workload: { kind: "batch", sequences: 8, promptTokens: 2000, outputTokens: 1 },
});
const alone = {
  "parallelism.expert": [8],
  "parallelism.tensor": [1],
  "parallelism.attention.tensor": [1],
  "parallelism.data": [1],
  "serving.scheduler.microBatches": [1],
  "serving.overlap": ["none"],
};
const placements = [
  "contiguous",
  "packed",
  { kind: "redundant", spareSlots: 4 },
  { kind: "redundant", spareSlots: 8 },
  { kind: "redundant", spareSlots: 16 },
];
const cases = (values: readonly number[]) =>
  values.map((value, index) => ({
    index,
    parameters: {},
    status: "ok" as const,
    reason: null,
    values: [value],
    intervals: [null],
    met: true,
    undecided: false,
    seeds: 1,
  }));

const options = (bound: string): OptimizeOptions => ({
  objectives: [{ text: "spareSlots", better: "less" }],
  subjectTo: [`rankLoadVariance <= ${bound}`, "droppedShare <= 2 %"],
  vary: {
    ...alone,
    "routing.placement": placements,
    "routing.capacityFactor": [4, 8],
    "routing.overflow": ["drop", { kind: "reroute", within: "rank" }],
  },
});

test("an optimum of spare slots says which number holds the load of ranks even, over placements, capacities and overflows, and which does not", async () => {
  const found = await optimum(plan, options("20 %"));
  const all = await optimum(plan, { ...options("20 %"), prune: false });
  expect(found.best?.parameters).toEqual(all.best?.parameters);
  const least = found.best!.objectives["spareSlots"]!;
  expect([4, 8, 16]).toContain(least);
  const below = [0, 4, 8].filter((slots) => slots < least).at(-1)!;
  const subject = "rankLoadVariance <= 20 %, droppedShare <= 2 %";
  expect(leastText(found, cases([0, 0, 4, 8, 16]))).toBe(
    `spareSlots ${least} is the least that holds ${subject}; ${below} does not, whatever else is chosen`,
  );
});

test("it says so where none was asked for under it, and is silent of results", async () => {
  const found = await optimum(plan, options("200 %"));
  expect(leastText(found, cases([0]))).toContain("spareSlots 0 is the least that holds");
  expect(leastText(found, cases([0]))).toContain("; nothing less was asked for");
  const fast = await optimum(plan, { ...options("200 %"), objectives: [{ text: "ttft", better: "less" }] });
  expect(leastText(fast, cases([0]))).toBeUndefined();
});
