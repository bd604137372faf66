import { expect, test } from "vitest";
import { scatter } from "./scatter.ts";

test("the line of equal times and the band of a quarter run parallel, from edge to edge of the frame", () => {
  const svg = scatter("t", [
    {
      name: "all",
      colour: "#00f",
      points: [
        [1e-5, 1e-5],
        [9e-3, 9e-3],
      ],
    },
  ]);
  const lines = [...svg.matchAll(/<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/g)].map((match) =>
    match.slice(1).map(Number),
  );
  expect(lines).toHaveLength(3);
  const slopes = lines.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => (y1 - y2) / (x2 - x1));
  for (const slope of slopes) expect(slope).toBeCloseTo(1, 2);
  // three decades over 328 units: log10(1.25) of a decade is 10.6 units above and below
  const heights = lines.map(([x1 = 0, y1 = 0]) => 420 - y1 - x1);
  expect(heights[0]).toBeCloseTo(0, 1);
  expect(heights[1]).toBeCloseTo(10.6, 1);
  expect(heights[2]).toBeCloseTo(-10.6, 1);
});
