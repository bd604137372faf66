import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { CountedTally } from "./counted-tally.ts";
import { statsOf } from "./stats.ts";
import { MOST_EXACT, Tally } from "./tally.ts";

const seen = fc.array(fc.tuple(fc.double({ min: 0, max: 9, noNaN: true }), fc.integer({ min: 1, max: 50 })), {
  minLength: 1,
  maxLength: 60,
});

test.prop([seen])("values seen so many times have the statistics of as many values", (all) => {
  const counted = new CountedTally();
  const tally = new Tally();
  let place = 0;
  for (const [value, times] of all) {
    counted.add(value, times);
    for (let i = 0; i < times; i++) tally.put(place++, value);
  }
  const truth = tally.columns();
  expect(statsOf(counted.columns(truth.sum))).toEqual(statsOf(truth));
});

test.prop([seen, fc.integer({ min: 1, max: 7 })])("beyond a million, too, it does not matter how many are added at once", (all, parts) => {
  const [once, apart] = [new CountedTally(), new CountedTally()];
  for (const [value, times] of all) {
    const many = times * Math.ceil(MOST_EXACT / 50);
    once.add(value, many);
    for (let part = 0; part < parts; part++) apart.add(value, Math.floor(many / parts) + (part < many % parts ? 1 : 0));
  }
  expect(statsOf(apart.columns(0))).toEqual(statsOf(once.columns(0)));
});

test("where values are seen often each stands once, however they were added", () => {
  const counted = new CountedTally();
  for (const [value, times] of [
    [3, 20],
    [1, 5],
    [3, 1],
    [0, 2],
  ] as const)
    counted.add(value, times);
  const { values, times, ...rest } = counted.columns(68);
  expect({ values: [...values!], times: [...times!], ...rest }).toEqual({
    values: [0, 1, 3],
    times: [2, 5, 21],
    count: 28,
    sum: 68,
    min: 0,
    max: 3,
  });
});

test("nothing seen is no value", () => {
  expect(new CountedTally().columns(0)).toEqual({ count: 0, sum: 0, min: 0, max: 0, values: new Float64Array(0) });
});
