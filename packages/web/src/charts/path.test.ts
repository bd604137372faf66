import { expect, test } from "vitest";
import { areaPath, linePath, stepPath } from "./path.ts";

const POINTS = [
  [0, 10],
  [5.00049, 2.5],
  [8, 4],
] as const;

test("a line goes from point to point, steps hold each height up to the next point, and an area stands on its base", () => {
  expect(linePath(POINTS)).toBe("M0,10L5,2.5L8,4");
  expect(stepPath(POINTS)).toBe("M0,10H5V2.5H8V4");
  expect(areaPath(POINTS, 12)).toBe("M0,12L0,10L5,2.5L8,4L8,12Z");
});

test("no points are no path, and one is a place", () => {
  expect([linePath([]), stepPath([]), areaPath([], 1)]).toEqual(["", "", ""]);
  expect([linePath([[1, 2]]), areaPath([[1, 2]], 3)]).toEqual(["M1,2", "M1,3L1,2L1,3Z"]);
});
