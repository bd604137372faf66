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
    workload: { kind: "open", requests: 10_000, rate: "6 requests/s", promptTokens: 512, outputTokens: 128, ...changes },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 } },
  });

const secondsOf = (scenario: ReturnType<typeof moe>) => prepare(scenario).workSeconds;

test("an even load takes its ranks and its requests: 8 ranks × 48 layers × 4 us, 10,000 × (8 + 8 × 2) us", () => {
  expect(secondsOf(moe())).toBeCloseTo(8 * 48 * 4e-6 + 10_000 * 24e-6, 6);
});

test("by the law of uneven experts it takes the even load's time, 0.6 s, and the draws of 250 passes", () => {
  const pass = 48 * (1.5e-6 + 8 * 128 * 2e-9 + 8 * 2e-7);
  const byLaw = secondsOf(moe({}, { gate: "uniform", resolution: "law" }));
  expect(byLaw).toBeCloseTo(secondsOf(moe()) + 0.6 + 250 * pass, 6);
  const limited = { gate: "uniform", resolution: "law", capacityFactor: 1.2 }; // drawn pass by pass all the same
  expect(secondsOf(moe({}, limited))).toBeCloseTo(secondsOf(moe({}, { ...limited, resolution: "exact" })), 6);
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
