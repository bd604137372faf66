import { expect, test } from "vitest";
import { counted, grouped } from "./count.ts";

test("counts have their thousands set apart, and those too long to write out stay as they are", () => {
  expect([0, 7, 999, 1000, 660_123, 1_234_567, -1000, 12.6].map(grouped)).toEqual([
    "0",
    "7",
    "999",
    "1,000",
    "660,123",
    "1,234,567",
    "-1,000",
    "13",
  ]);
  expect(grouped(1e21)).toBe("1e+21");
});

test("a noun is in the plural unless it counts one", () => {
  expect([counted(0, "rank"), counted(1, "stage"), counted(1600, "stage")]).toEqual(["0 ranks", "1 stage", "1,600 stages"]);
});
