import fc from "fast-check";
import { expect, test } from "vitest";
import { allowedPart, extentWith, shadeText } from "./region.ts";

const value = fc.integer({ min: -20, max: 20 });
const bounds = fc
  .record({ least: fc.option(value, { nil: undefined }), most: fc.option(value, { nil: undefined }) })
  .map(({ least, most }) => ({ ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) }));
const extent = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

test("the shaded part of an axis is what holds the bounds", () => {
  fc.assert(
    fc.property(bounds, extent, value, (bound, axis, at) => {
      const part = allowedPart(bound, axis);
      const isShaded = part !== undefined && at >= part.from && at <= part.to;
      const isOnAxis = at >= axis[0] && at <= axis[1];
      expect(isShaded).toBe(isOnAxis && at >= (bound.least ?? at) && at <= (bound.most ?? at));
    }),
  );
});

test("a bound near the marks is in the picture, and one far from them does not squeeze them", () => {
  expect(extentWith({ most: 15 }, [4, 10], false)).toEqual([4, 15]); // 15 − 10 is less than 10 − 4
  expect(extentWith({ most: 17 }, [4, 10], false)).toEqual([4, 10]);
  expect(extentWith({ least: 0 }, [4, 10], false)).toEqual([0, 10]);
  expect(extentWith({ least: 6 }, [4, 10], false)).toEqual([4, 10]);
  expect(extentWith({ most: 1e4 }, [1, 100], true)).toEqual([1, 1e4]); // as many tenfolds
  expect(extentWith({ most: 1e5 }, [1, 100], true)).toEqual([1, 100]);
  expect(extentWith({ most: 9 }, [5, 5], false)).toEqual([5, 9]);
});

test("the picture says what is shaded, that nothing is, or that it cannot be", () => {
  const metric = { at: 0, name: "ttft.p99", unit: "s", better: "less", most: 0.5 } as const;
  const gpus = { at: 1, name: "gpus", unit: "", better: "less" } as const;
  expect(shadeText(metric, gpus, "targets", false)).toBe(
    "Shaded: ttft.p99 ≤ 500 ms. A hollow mark in it misses another of the targets, or is not decided.",
  );
  expect(shadeText(metric, gpus, "targets", true)).toBe("Nothing in the picture has ttft.p99 ≤ 500 ms.");
  expect(shadeText(gpus, gpus, "constraints", false)).toBe("None of the constraints is on these two numbers, so nothing is shaded.");
});
