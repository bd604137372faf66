import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { formulaLimits } from "../formula/formula-limits.ts";
import { scenarioOf } from "../space/alternative.ts";
import { choicesOf } from "../space/space.ts";
import { Estimates } from "./estimate.ts";

const UNEVEN = { gate: { kind: "lognormal", sigma: 1 }, resolution: "law" };

function loadOf(workload: object, routing: object = { gate: "balanced" }): Scenario {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "qwen3-30b-a3b", layers: 8 },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    routing,
    workload: {
      promptTokens: { kind: "lognormal", mean: 800, sigma: 0.8, to: 8000 },
      outputTokens: { kind: "lognormal", mean: 100, sigma: 0.5 },
      ...workload,
    },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 } },
  });
}

const ONLY = { "serving.overlap": ["none"], "parallelism.pipeline": [1, 2], "parallelism.tensor": [1, 2] };

/** [plans] what the formula says of a number, and what it came to. */
function pairsOf(scenario: Scenario, path: string, maxGpus: number): [number, number][] {
  const estimates = new Estimates(scenario);
  return [...choicesOf(scenario, { maxGpus, only: ONLY })].flatMap((choice): [number, number][] => {
    const plan = scenarioOf(scenario, choice);
    const times = estimates.timesOf(JSON.stringify({ ...choice, data: 1 }), () => plan);
    if ("problems" in times) return [];
    const report = simulate(plan) as unknown as Readonly<Record<string, Readonly<Record<string, number>>>>;
    const [section, key] = path.split(".") as [string, string];
    return [[estimates.of(plan, times)(path)!, report[section]![key]!]];
  });
}

function spearman(pairs: readonly [number, number][]): number {
  const ranks = (at: 0 | 1) => {
    const order = pairs.map((_, i) => i).sort((a, b) => pairs[a]![at] - pairs[b]![at]);
    return order.reduce((all, i, rank) => all.with(i, rank), new Array<number>(pairs.length).fill(0));
  };
  const [a, b] = [ranks(0), ranks(1)];
  const squares = a.reduce((sum, rank, i) => sum + (rank - b[i]!) * (rank - b[i]!), 0);
  return 1 - (6 * squares) / (pairs.length * (pairs.length * pairs.length - 1));
}

const OPEN = { kind: "open", requests: 300, rate: "100 requests/s" };
const CLOSED = { kind: "closed", requests: 300, concurrency: 40, thinkTime: "100 ms" };
const BATCH = { kind: "batch", sequences: 200 };

describe("the formula ranks plans as runs do, and is near them", { tags: "long" }, () => {
  test.each([
    ["open, TPOT", OPEN, "tpotSeconds.mean", 0.9, 1.3],
    ["closed, TPOT", CLOSED, "tpotSeconds.mean", 0.9, 1.35],
    ["a batch, TPOT", BATCH, "tpotSeconds.mean", 0.8, 1.6],
  ] as const)("%s", (_, workload, path, least, most) => {
    const pairs = pairsOf(loadOf(workload), path, 4);
    expect(pairs.length).toBeGreaterThan(15);
    expect(spearman(pairs)).toBeGreaterThan(least);
    const factors = pairs.map(([said, came]) => Math.max(said / came, came / said)).sort((a, b) => a - b);
    expect(factors[Math.floor(factors.length / 2)]).toBeLessThan(most);
  });
});

test("TTFT of an open load is ranked, too", { tags: "long" }, () => {
  const pairs = pairsOf(loadOf(OPEN), "ttftSeconds.mean", 4);
  expect(spearman(pairs)).toBeGreaterThan(0.85);
});

test("plans with uneven experts are ranked as their runs by the law", { tags: "long" }, () => {
  const pairs = pairsOf(loadOf(OPEN, UNEVEN), "tpotSeconds.mean", 4);
  expect(spearman(pairs)).toBeGreaterThan(0.9);
});

test("a load that the formula does not know is named", () => {
  const open = loadOf(OPEN);
  expect(formulaLimits(open)).toEqual([]);
  expect(formulaLimits({ ...open, faults: [{} as never] })).toEqual(["faults"]);
  expect(formulaLimits(loadOf({ kind: "sessions", sessions: 4, rate: "1 requests/s", turns: 3 }))).toEqual(["sessions"]);
  expect(formulaLimits(loadOf({ ...OPEN, cachedTokens: 8 }))).toEqual(["cachedTokens"]);
  expect(formulaLimits(loadOf({ ...OPEN, prefix: { groups: 2, tokens: 64 } }))).toEqual(["prompts that share prefixes"]);
});
