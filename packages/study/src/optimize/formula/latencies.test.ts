import { describe, expect, test } from "vitest";
import { latenciesOf } from "./latencies.ts";
import type { LoadSample } from "./load-sample.ts";
import { type PassTimes, type ServerLimits, steadyState } from "./steady-state.ts";

const PROMPT = 1000;
const sample: LoadSample = {
  coming: { kind: "open", rate: 2 },
  requests: 1000,
  counted: { from: 0, to: 1 },
  promptTokens: Float64Array.of(PROMPT),
  outputTokens: Float64Array.of(101),
  meanPrompt: PROMPT,
  thirds: [PROMPT, PROMPT, PROMPT],
  meanOutput: 101,
  meanContext: PROMPT,
  alive: 1,
  arrivalSeconds: () => 0,
  longest: () => PROMPT,
};
/** Answers take 1 s. */
const times: PassTimes = { decode: () => 0.01, more: () => 0 };

/** The longest wait of two requests a second that come in so many seconds. */
function longestWait(seconds: number, places: number): number {
  const limits: ServerLimits = { abreast: 1, dataGroups: 1, places, tokenBudget: 100_000 };
  const rate = 2;
  const load = { rate, seconds, meanPrompt: PROMPT, thirds: sample.thirds, decodes: 100, longest: sample.longest };
  const state = steadyState(load, limits, times);
  const { queue } = latenciesOf(sample, { state, limits, times, rate, seconds, burst: { share: 0, requests: 0 }, stepsAhead: 0 });
  return Math.max(...queue);
}

describe("the longest wait for one of 1.5 places, which are all taken after ln 4 seconds", () => {
  test.each([
    ["of a short run is for a pass alone", 1.3, 0.01],
    ["does not jump where the last request finds them taken", 1.4, 0.01 + (1.4 - Math.log(4)) / 3], // 2 come where 1.5 are served
    ["of a run of 3 s is that of those who came since", 3, 0.01 + (3 - Math.log(4)) / 3],
    ["grows with the run", 300, 0.01 + (300 - Math.log(4)) / 3],
  ])("%s", (_, seconds, wait) => {
    const longest = longestWait(seconds, 1.5);
    expect(longest).toBeLessThanOrEqual(wait);
    expect(longest).toBeGreaterThan(wait * 0.97 - 0.01); // of 256 requests the last comes shortly before the end, and into a pass under way
  });
});

test("requests that come all at once wait for each other's prompts, and do not count where the first ones do not", () => {
  const limits: ServerLimits = { abreast: 1, dataGroups: 1, places: 1000, tokenBudget: PROMPT };
  const load = { rate: 0.5, seconds: 100, meanPrompt: PROMPT, thirds: sample.thirds, decodes: 100, longest: sample.longest };
  const served = { state: steadyState(load, limits, times), limits, times, rate: 0.5, seconds: 100, stepsAhead: 0 };
  const burst = { share: 0.25, requests: 100 }; // a prompt fills a pass of 10 ms
  const longest = (from: number) => Math.max(...latenciesOf({ ...sample, counted: { from, to: 1 } }, { ...served, burst }).queue);
  expect(longest(0)).toBeGreaterThan(0.9);
  expect(longest(0.25)).toBeLessThan(0.02);
});
