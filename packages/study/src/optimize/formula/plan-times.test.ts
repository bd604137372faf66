import { parseScenario } from "@tokenyard/scenario";
import { PassClock } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { PlanTimes } from "./plan-times.ts";

const CONTEXT = 500;

function scenarioOf(kind: string) {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { preset: "qwen3-30b-a3b", layers: 8 },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 4 },
    routing: { gate: "balanced" },
    workload: { kind: "open", rate: "10 requests/s", requests: 20, promptTokens: 300, outputTokens: 20 },
    serving: { scheduler: { kind, tokenBudget: 4096, maxSequences: 64 } },
  });
}

test("a prompt beside many sequences adds less than beside one, as they load the same weights: what the clock says of the whole pass", () => {
  const scenario = scenarioOf("continuous");
  const times = new PlanTimes(scenario, CONTEXT, {});
  const clock = new PassClock(scenario);
  const whole = (decoding: number, prompt: number) =>
    clock.time(Array.from({ length: 4 }, (_, g) => ({ decoding, contextTokens: CONTEXT, prompts: g === 0 ? [prompt] : [] }))).whole;
  for (const decoding of [1, 64]) {
    for (const prompt of [64, 1024])
      expect(times.decode(decoding) + times.more(prompt, prompt, decoding)).toBeCloseTo(whole(decoding, prompt), 9);
  }
  expect(times.more(256, 256, 64)).toBeLessThan(0.9 * times.more(256, 256, 1));
  const between = times.decode(16) + times.more(256, 256, 16);
  expect(Math.abs(between / whole(16, 256) - 1)).toBeLessThan(0.1);
});

test("where prompts have passes of their own, nothing decodes beside them", () => {
  const times = new PlanTimes(scenarioOf("prefill-first"), CONTEXT, {});
  expect(times.more(256, 256, 64)).toBe(times.more(256, 256, 1));
});
