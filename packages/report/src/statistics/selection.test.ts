import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { select } from "./selection.ts";

const uneven = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 }), // many are equal
  fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 300 }).map((all) => all.sort((a, b) => a - b)),
  fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 300 }).map((all) => all.sort((a, b) => b - a)),
  fc.nat(300).map((size) => Array.from({ length: size + 1 }, (_, at) => (at % 2 === 0 ? at : size - at))), // an organ pipe
);

test.prop([uneven, fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 1, maxLength: 6 })])(
  "places that are asked for in rising order hold what they hold in the sorted values, however the values lie",
  (all, shares) => {
    const values = Float64Array.from(all);
    const sorted = values.toSorted();
    let from = 0;
    for (const place of shares.map((share) => Math.floor(share * all.length)).sort((a, b) => a - b)) {
      select(values, from, place);
      expect(values[place]).toBe(sorted[place]);
      from = place;
    }
  },
);
