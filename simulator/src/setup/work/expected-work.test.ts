import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { run } from "../../simulate.ts";
import { prepare } from "../prepare.ts";

const moe = (changes: object = {}, routing: object = {}) =>
  parseScenario({
    tokenyard: 1,
    model: "qwen3-30b-a3b",
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 8 },
    routing: { gate: "balanced", ...routing },
    engine: "ideal",
    workload:
      "kind" in changes
        ? changes
        : { kind: "open", requests: 10_000, rate: "6 requests/s", promptTokens: 512, outputTokens: 128, ...changes },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 } },
  });

const secondsOf = (scenario: ReturnType<typeof moe>) => prepare(scenario).workSeconds;

test("an even load takes its ranks and its requests: 8 ranks × 48 layers × 4 us, 10,000 × (8 + 8 × 2) us", () => {
  expect(secondsOf(moe())).toBeCloseTo(8 * 48 * 4e-6 + 10_000 * 24e-6, 6);
});

/** All at once: 10,000 × 127 decode steps over 8 × 128 places are the passes, and 10,000 × 640 tokens of 8 copies each are in them. */
const BURST = { rate: "100000 requests/s" };
const PASSES = (10_000 * 127) / (8 * 128);
const COPIES = (8 * 10_000 * 640) / PASSES;
const passOf = (copies: number) => 48 * (3e-6 + 6e-9 * copies + 8 * 128 * 2e-9 + 8 * 2e-7);

test("where experts are drawn, a pass takes 48 layers × (3 us, 6 ns a copy, 2 ns an expert of each source, 0.2 us a rank)", () => {
  const even = secondsOf(moe(BURST));
  const exact = secondsOf(moe(BURST, { gate: "uniform", resolution: "exact" }));
  expect(exact).toBeCloseTo(even + PASSES * (passOf(COPIES) + 1e-6), 6);
});

test("more than ten tokens for each expert of a source are drawn by counts, which take no longer", () => {
  const long = { ...BURST, outputTokens: 1 }; // full passes of 8 × 4,096 tokens
  const passes = (10_000 * 512) / (8 * 4096);
  const exact = secondsOf(moe(long, { gate: "uniform", resolution: "exact" }));
  expect(exact).toBeCloseTo(secondsOf(moe(long)) + passes * (passOf(8 * 10 * 128 * 8) + 1e-6), 6);
});

/** 64 at once: their prompts are ten full passes of 8 × 4,096 tokens, so 20 nodes; they decode together, so there are 8 nodes and, by 1.05 each, those from 8 to 64. */
const USERS = { kind: "closed", concurrency: 64, requests: 640, promptTokens: 512, outputTokens: 128 };

test("by the law of uneven experts it takes the even load's time, 0.3 s, and 20 draws of a layer for each node", () => {
  const byLaw = secondsOf(moe(USERS, { gate: "uniform", resolution: "law" }));
  const layerOf = (tokens: number) => 3e-6 + 6e-9 * 8 * Math.min(tokens, 10 * 128 * 8) + 8 * 128 * 2e-9 + 8 * 2e-7;
  const tables = 20 * 20 * layerOf(32_768) + 20 * (8 + Math.log(8) / Math.log(1.05)) * layerOf(64);
  expect(byLaw).toBeCloseTo(secondsOf(moe(USERS)) + 0.3 + tables, 6);
  const limited = { gate: "uniform", resolution: "law", capacityFactor: 1.2 }; // drawn pass by pass all the same
  expect(secondsOf(moe({}, limited))).toBeCloseTo(secondsOf(moe({}, { ...limited, resolution: "exact" })), 6);
});

test("layers that are unlike are drawn 1.25 times each for a node, and twice more where arrivals fill data groups unevenly", () => {
  const gate = { kind: "lognormal", sigma: 1 };
  const alone = { requests: 2, rate: "1 requests/s", promptTokens: 256, outputTokens: 1 }; // each has passes of its own: four nodes of prompts, and one of a token
  const layerOf = (tokens: number) => 3e-6 + 6e-9 * 8 * tokens + Math.min(8, tokens) * 128 * 2e-9 + 8 * 2e-7;
  const tables = secondsOf(moe(alone, { gate, resolution: "law" })) - secondsOf(moe(alone)) - 0.3;
  expect(tables).toBeCloseTo(48 * (1.25 + 2) * (4 * layerOf(256) + layerOf(1)), 6);
});

test("where experts are drawn each layer of each pass counts, and a low rate has as many passes as its time has room for", () => {
  const uniform = secondsOf(moe({ requests: 1000 }, { gate: "uniform", resolution: "exact" })); // 7 s as measured
  expect(uniform).toBeGreaterThan(7 / 3);
  expect(uniform).toBeLessThan(3 * 7);
  const twice = secondsOf(moe({ requests: 2000 }, { gate: "uniform", resolution: "exact" }));
  expect(twice / uniform).toBeCloseTo(2, 0);
  const burst = secondsOf(moe({ requests: 1000, rate: "100000 requests/s" }, { gate: "uniform", resolution: "exact" })); // full passes, and few
  expect(burst).toBeLessThan(uniform / 5);
});

test("a load by the law is not refused for draws that it does not make", () => {
  const few = (resolution: string) => ({
    ...moe({ requests: 40, rate: "100 requests/s" }, { gate: "uniform", resolution }),
    mostWork: 0.05,
  });
  expect(() => run(prepare(few("exact")))).toThrow(/mostWork/);
  expect(run(prepare(few("law"))).served!.finished).toBe(40);
});
