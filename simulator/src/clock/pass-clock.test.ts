import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { simulate } from "../simulate.ts";
import { PassClock } from "./pass-clock.ts";

const PROMPT = 300;
const SEQUENCES = 16;

/** A batch that comes at once: one pass computes all prompts, then all decode. */
function scenarioOf(parallelism: object, gate: object | string = "balanced", more: object = {}) {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "qwen3-30b-a3b", layers: 8 },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism,
    routing: { gate },
    workload: { kind: "batch", sequences: SEQUENCES, promptTokens: PROMPT, outputTokens: 3 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 128 }, ...more },
  });
}

describe("a pass takes by the clock what it takes in a run, to the nanosecond", () => {
  test.each([
    ["one GPU", {}, {}],
    ["eight data groups", { expert: 8 }, {}],
    ["one data group of eight ranks", { expert: 8, attention: { tensor: 8 } }, {}],
    ["captured batch sizes, and the host's time", { expert: 8 }, { batchSizes: [4, 8], stepOverhead: { step: "1 ms", prompt: "2 ms" } }],
  ])("%s", (_, parallelism, serving) => {
    const scenario = scenarioOf(parallelism, "balanced", serving);
    const { ttftSeconds, itlSeconds } = simulate(scenario);
    const clock = new PassClock(scenario);
    const { dataGroups } = clock.plan;
    const each = SEQUENCES / dataGroups;
    const groups = (decoding: number, prompts: readonly number[]) =>
      Array.from({ length: dataGroups }, () => ({ decoding, contextTokens: PROMPT + 1, prompts }));
    const prefill = clock.time(groups(0, new Array(each).fill(PROMPT)));
    const step = clock.time(groups(each, []));
    expect(prefill.whole).toBeCloseTo(ttftSeconds!.max!, 9);
    expect(step.whole).toBeGreaterThan(0.99 * itlSeconds!.mean!); // two steps, the second with one token more in each context
    expect(step.whole).toBeLessThanOrEqual(itlSeconds!.mean!);
    expect(step.slowest).toBe(step.whole); // one stage
    expect(clock.time(groups(each, []))).toEqual(step);
  });
});

test("experts that draw are drawn: about what a run takes", () => {
  const scenario = scenarioOf({ expert: 8 }, { kind: "lognormal", sigma: 1 });
  const clock = new PassClock(scenario);
  const groups = Array.from({ length: 8 }, () => ({ decoding: 0, contextTokens: 0, prompts: [PROMPT, PROMPT] }));
  const ratio = clock.time(groups).whole / simulate(scenario).ttftSeconds!.max!;
  expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
});

test("of two stages a pass takes the sum, and the slower one decides how fast passes follow", () => {
  const scenario = scenarioOf({ pipeline: 2 });
  const clock = new PassClock(scenario);
  const { whole, slowest } = clock.time([{ decoding: 8, contextTokens: PROMPT, prompts: [] }]);
  expect(whole).toBeGreaterThan(slowest * 1.5);
  expect(whole).toBeLessThan(slowest * 2.2);
});
