import { expect, test } from "vitest";
import { verdictText } from "./calibration-text.ts";

test.each([
  [0.284, 0.45, 0.026, 0.17, "better"],
  [0.037, 0.11, 0.0371, 0.07, "better in the 90th percentile"],
  [0.037, 0.11, 0.039, 0.11, "better in the mean"],
  [0.037, 0.11, 0.03, 0.13, "better in the median"],
])("from %d / %d to %d / %d it is %s", (median, p90, medianAfter, p90After, said) => {
  const errors = { before: { median, p90 }, after: { median: medianAfter, p90: p90After } };
  expect(verdictText({ ...errors, isBetter: true })).toBe(said);
  expect(verdictText({ ...errors, isBetter: false })).toBe("the preset is as good");
});
