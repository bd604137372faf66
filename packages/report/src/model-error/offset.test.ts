import { fc, test as law } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { type Deviation, offsetAt } from "./offset.ts";
import type { Place } from "./place.ts";

const PLACE: Place = {
  engine: "vllm",
  version: "0.19",
  gpu: "h100-sxm",
  model: "qwen3-32b",
  layout: "2 GPUs",
  load: "closed",
  promptTokens: 1000,
  outputTokens: 200,
  users: 16,
};
const TRUST = { noise: 0.1, carry: true };
const at = (changes: Partial<Place>, deviation = 0.2): Deviation => ({ place: { ...PLACE, ...changes }, deviation });

test("one run at the very place counts 1 of 1.1, and leaves √(1.1 − 1/1.1) of the width", () => {
  const { mean, width } = offsetAt(PLACE, [at({})], TRUST);
  expect(mean).toBeCloseTo(0.2 / 1.1, 12);
  expect(width).toBeCloseTo(Math.sqrt((1.1 - 1 / 1.1) / 1.1), 12);
});

test("at another load of the curve 0.4 + 0.6·e^(−ln(4)/1.4) of the variance is common", () => {
  const common = 0.4 + 0.6 * Math.exp(-Math.log(4) / 1.4);
  expect(offsetAt(PLACE, [at({ users: 64 })], TRUST).mean).toBeCloseTo((0.2 * common) / 1.1, 12);
});

test("another layout has 0.1 + 0.1 of the model and 0.1 of the lengths, other lengths as good as 0.6 of model and layout", () => {
  expect(offsetAt(PLACE, [at({ layout: "4 GPUs" })], TRUST).mean).toBeCloseTo((0.2 * 0.3) / 1.1, 12);
  const far = at({ promptTokens: 8000, outputTokens: 2000 });
  // lengths are alike by e^(−(ln 8 + ln 10)/0.5) = 0.00016
  expect(offsetAt(PLACE, [far], TRUST).mean).toBeCloseTo((0.2 * 0.6) / 1.1, 3);
  expect(offsetAt(PLACE, [far, at({ layout: "4 GPUs" })], { ...TRUST, carry: false })).toEqual({ mean: 0, width: 1 });
});

test("runs of another engine, model, GPU or load say nothing", () => {
  const strangers = [{ engine: "sglang" }, { model: "llama-3.1-8b" }, { gpu: "b200" }, { load: "open" as const }];
  expect(
    offsetAt(
      PLACE,
      strangers.map((each) => at(each)),
      TRUST,
    ),
  ).toEqual({ mean: 0, width: 1 });
});

test("a single run moves a curve by half a logarithm at most, two that agree by a whole one", () => {
  expect(offsetAt(PLACE, [at({}, 3)], TRUST).mean).toBeCloseTo(0.5 / 1.1, 12);
  // two equal runs: mean 2/(2 + 0.1) of 1
  expect(offsetAt(PLACE, [at({}, 3), at({}, 3)], TRUST).mean).toBeCloseTo(2 / 2.1, 12);
});

const places = fc.record({
  layout: fc.constantFrom("2 GPUs", "4 GPUs"),
  version: fc.constantFrom("0.18", "0.19"),
  promptTokens: fc.integer({ min: 1, max: 100_000 }),
  outputTokens: fc.integer({ min: 1, max: 10_000 }),
  users: fc.integer({ min: 1, max: 4096 }),
});
const deviations = fc.array(
  fc.tuple(places, fc.double({ min: -1, max: 1, noNaN: true })).map(([place, deviation]) => at(place, deviation)),
  { minLength: 1, maxLength: 12 },
);

law.prop([deviations, places, fc.double({ min: 0.01, max: 10, noNaN: true })])(
  "runs never widen, a further one narrows or leaves it, and their order does not matter",
  (runs, place, noise) => {
    const here = { ...PLACE, ...place };
    const trust = { noise, carry: true };
    const all = offsetAt(here, runs, trust);
    expect(all.width).toBeLessThanOrEqual(1);
    expect(offsetAt(here, runs.slice(1), trust).width).toBeGreaterThanOrEqual(all.width - 1e-9);
    expect(offsetAt(here, [...runs].reverse(), trust).mean).toBeCloseTo(all.mean, 6);
  },
);

law.prop([deviations, places])(
  "the mean solves the kriging equations: a measured place without noise keeps its deviation",
  (runs, place) => {
    const own = at(place, 0.3);
    const distinct = runs.filter(({ place: other }) => other.users !== own.place.users);
    expect(offsetAt(own.place, [...distinct, own], { noise: 1e-9, carry: false }).mean).toBeCloseTo(0.3, 3);
  },
);

test("one run with a noise of 3 in 10 % has the offset that the page works out", () => {
  const { mean, width } = offsetAt(PLACE, [at({}, 0.1)], { noise: 0.09, carry: true });
  expect(mean / 0.1).toBeCloseTo(0.917, 3);
  expect(width).toBeCloseTo(0.398, 3);
});
