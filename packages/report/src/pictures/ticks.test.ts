import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { ticks } from "./ticks.ts";

test.each([
  [0, 20e6, 6, [0, 5e6, 10e6, 15e6, 20e6]],
  [0, 101, 6, [0, 20, 40, 60, 80, 100]],
  [3, 4, 6, [3, 3.2, 3.4, 3.6, 3.8, 4]],
  [7, 23, 4, [10, 15, 20]],
])("from %d to %d, at most %d: %j", (from, to, most, wanted) => {
  expect(ticks(from, to, most)).toEqual(wanted.map((value) => expect.closeTo(value, 9)));
});

propertyTest.prop([fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 2, max: 12 })])(
  "they rise evenly inside of the range, and there are at least two fewer than wanted times two fifths",
  (from, length, most) => {
    const found = ticks(from, from + length, most);
    expect(found.length).toBeLessThanOrEqual(most + 1);
    expect(found.length).toBeGreaterThanOrEqual(Math.floor((most * 2) / 5) - 1);
    for (const value of found) expect(value).toBeGreaterThanOrEqual(from - 1e-3);
    for (const value of found) expect(value).toBeLessThanOrEqual((from + length) * (1 + 1e-12));
  },
);
