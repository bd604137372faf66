import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { PassClock } from "./pass-clock.ts";
import { SharedDraws } from "./shared-draws.ts";

function scenarioOf(gate: object | string, parallelism: object, routing: object = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "qwen3-30b-a3b", layers: 12 },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism,
    routing: { gate, resolution: "exact", ...routing },
    workload: { kind: "batch", sequences: 8, promptTokens: 100, outputTokens: 8 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 256 } },
  });
}

describe("one typical layer takes about what all layers take that are drawn", () => {
  test.each([
    ["uneven, eight ranks", { kind: "lognormal", sigma: 1.05 }, { expert: 8 }],
    ["uniform, eight ranks with one data group", "uniform", { expert: 8, attention: { tensor: 8 } }],
    ["uneven, two nodes", { kind: "lognormal", sigma: 1 }, { expert: 16 }],
    ["groups, one rank", { kind: "grouped", groups: 8, limit: 4, sigma: 1 }, { tensor: 2 }],
  ])("%s", (_, gate, parallelism) => {
    const scenario = scenarioOf(gate, parallelism);
    const drawn = new PassClock(scenario);
    const shared = new PassClock(scenario, {}, SharedDraws.of(scenario));
    for (const [decoding, prompts] of [
      [1, []],
      [16, []],
      [64, [700]],
      [0, [4000]],
    ] as const) {
      const groups = Array.from({ length: drawn.plan.dataGroups }, () => ({ decoding, contextTokens: 500, prompts }));
      const ratio = shared.time(groups).whole / drawn.time(groups).whole;
      expect(ratio).toBeGreaterThan(0.92);
      expect(ratio).toBeLessThan(1.08);
    }
  });
});

test("layouts that ask for the same tokens get the same draws, whichever asks first", () => {
  const scenario = scenarioOf({ kind: "lognormal", sigma: 1 }, { expert: 8 });
  const [a, b] = [SharedDraws.of(scenario)!, SharedDraws.of(scenario)!];
  a.of(5);
  const first = a.of(300).counts;
  expect(b.of(300).counts).toEqual(first);
  expect(a.of(301).counts).toBe(first); // eight numbers in each doubling
  const experts = scenario.model.experts!.count;
  const copies = first.subarray(0, experts).reduce((sum, count) => sum + count, 0);
  expect(copies).toBe(a.of(300).drawn * scenario.model.experts!.topK);
});

test("gates that draw nothing, tokens that hang together and layers that lie apart have none", () => {
  const expert = { expert: 8 };
  expect(SharedDraws.of(scenarioOf("balanced", expert))).toBeUndefined();
  expect(SharedDraws.of(scenarioOf({ kind: "correlated", mixes: 4, sigma: 1 }, expert))).toBeUndefined();
  expect(SharedDraws.of(scenarioOf("uniform", expert, { capacityFactor: 1.5 }))).toBeUndefined();
  expect(SharedDraws.of(scenarioOf("uniform", expert, { placement: "packed" }))).toBeUndefined();
});
