import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { type PassTimes, poisson, type ServerLimits, type ServerLoad, steadyState } from "./steady-state.ts";

const LIMITS: ServerLimits = { abreast: 1, dataGroups: 1, places: 1000, tokenBudget: 100_000 };
const PROMPT = 1000;
const LOAD: ServerLoad = {
  rate: 2,
  seconds: Number.POSITIVE_INFINITY,
  meanPrompt: PROMPT,
  thirds: [PROMPT, PROMPT, PROMPT],
  decodes: 100,
  longest: () => PROMPT,
};
/** 10 ms, and 1 ms for each sequence; 5 us for each token of a prompt. */
const TIMES: PassTimes = { decode: (sequences) => 0.01 + 0.001 * sequences, more: (tokens) => 5e-6 * tokens };

test("passes take what the sequences in flight and the prompts that come meanwhile make of them", () => {
  // τ = 0.01 + 0.001 · 2 · 100 τ + 0.005 · 2 τ, so that τ · (1 − 0.2 − 0.01) = 0.01
  const { seconds, sequences, served } = steadyState(LOAD, LIMITS, TIMES);
  expect(seconds).toBeCloseTo(0.01 / 0.79, 5);
  expect(sequences).toBeCloseTo((2 * 100 * 0.01) / 0.79, 3); // Little
  expect(served).toBe(2);
});

test("a short run from an empty system has fewer in flight", () => {
  // x = D / (100 τ); φ = 1 − (1 − e^−x)/x; τ = 0.01 + 0.2 τ φ + 0.01 τ
  const { seconds, sequences, peak } = steadyState({ ...LOAD, seconds: 2 }, LIMITS, TIMES);
  const x = 2 / (100 * seconds);
  const filled = 1 - (1 - Math.exp(-x)) / x;
  expect(sequences).toBeCloseTo(200 * seconds * filled, 2);
  expect(seconds).toBeCloseTo(0.01 / (1 - 0.2 * filled - 0.01), 5);
  expect(peak).toBeCloseTo(200 * seconds * (1 - Math.exp(-x)), 2);
});

test("where there are places for fewer it serves fewer requests", () => {
  const { seconds, served, sequences } = steadyState(LOAD, { ...LIMITS, places: 1 }, TIMES);
  expect(sequences).toBe(1);
  expect(seconds).toBeCloseTo(0.011 / (1 - 0.005 * served), 4); // prompts come as fast as they are served
  expect(served).toBeCloseTo(1 / (100 * seconds), 3);
});

test("requests wait for places from when all are taken, and for passes that are full from the first on", () => {
  const even: PassTimes = { decode: () => 0.01, more: () => 0 }; // each answer takes 1 s, so that 2 · (1 − e^−t) decode after t seconds
  const at = (seconds: number, places: number) => steadyState({ ...LOAD, seconds }, { ...LIMITS, places }, even);
  expect(at(1.3, 1.5)).toMatchObject({ served: 2, fullSeconds: 0 });
  expect(at(3, 1.5).served).toBeCloseTo(1.5, 6);
  expect(at(3, 1.5).fullSeconds).toBeCloseTo(Math.log(4), 6); // 2 · (1 − 1/4) = 1.5
  const narrow = steadyState({ ...LOAD, seconds: 3 }, { ...LIMITS, tokenBudget: 11 }, even);
  expect(narrow.served).toBeLessThan(1.1); // of 1,000 tokens each, 11 in 10 ms
  expect(narrow.fullSeconds).toBe(0);
});

test("micro-batches that follow one another go round with the slowest of them", () => {
  const alone = steadyState(LOAD, LIMITS, TIMES);
  const abreast = steadyState(LOAD, { ...LIMITS, abreast: 4 }, TIMES);
  expect(abreast.seconds).toBeGreaterThan(alone.seconds);
  const shares = abreast.passes.reduce((sum, { share }) => sum + share, 0);
  expect(shares).toBeCloseTo(1, 9);
});

test.prop([
  fc.double({ min: 0.01, max: 20, noNaN: true }),
  fc.integer({ min: 1, max: 64 }),
  fc.integer({ min: 1, max: 400 }),
  fc.constantFrom(1, 2, 8),
])("as many sequences decode as come while they do, or as there are places for (Little)", (rate, dataGroups, places, abreast) => {
  const limits = { ...LIMITS, dataGroups, places, abreast, tokenBudget: 4096 };
  const { seconds, sequences } = steadyState({ ...LOAD, rate }, limits, TIMES);
  const alive = rate * LOAD.decodes * seconds;
  if (alive < places * 0.99) expect(sequences / alive).toBeCloseTo(1, 5);
  else expect(sequences).toBeGreaterThan(places * 0.98);
});

test("numbers by Poisson's law have their mean, and shares that add up", () => {
  for (const mean of [0, 0.01, 3, 39, 41, 1000]) {
    const all = poisson(mean);
    expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(all.reduce((sum, { value, share }) => sum + value * share, 0) / Math.max(1, mean)).toBeCloseTo(mean / Math.max(1, mean), 1);
  }
});
