import { expect, test } from "vitest";
import { nearerPeak } from "./nearer-peak.ts";

test("products come nearer to the peak by so much, up to 95 %, and never farther from it; all else is as it was", () => {
  const fits = ["50 %", "62.1 %", "80.8 %", "97 %", "100 %"].map((computeEfficiency) => ({
    kind: "linear",
    computeEfficiency,
    launch: "5 us",
  }));
  const nearer = nearerPeak(fits, 1.35);
  expect(nearer.map((fit) => fit["computeEfficiency"])).toEqual(["67.5 %", "83.8 %", "95 %", "97 %", "100 %"]);
  expect(nearer.map(({ computeEfficiency: _, ...rest }) => rest)).toEqual(fits.map(({ computeEfficiency: _, ...rest }) => rest));
  expect(nearerPeak([{ kind: "send", latency: "77 %" }], 1.35)).toEqual([{ kind: "send", latency: "77 %" }]);
});
