import fc from "fast-check";
import { expect, test } from "vitest";
import { type Place, scatter } from "./scatter.ts";

const AXES = { x: { label: "ttft", unit: "s" }, y: { label: "gpus", unit: "" } };

/** Rows of the plot without its margin. */
function gridOf(places: readonly Place[]): string[] {
  return scatter(places, AXES)
    .filter((line) => line.includes("│"))
    .map((line) => line.split("│")[1]!);
}

test("the plot has its corners where the extremes are, and labels them", () => {
  const places = [
    { x: 0.001, y: 8, isMarked: true },
    { x: 0.003, y: 64, isMarked: false },
  ];
  const grid = gridOf(places);
  expect(grid).toHaveLength(16);
  expect(grid[15]).toBe("●"); // left, below
  expect(grid[0]).toBe(`${" ".repeat(63)}·`); // right, above
  const text = scatter(places, AXES).join("\n");
  expect(text).toMatch(/64 │/);
  expect(text).toMatch(/1\.000 ms +3\.000 ms/);
});

test("an axis over more than a factor of 20 is logarithmic: each tenfold has the same room", () => {
  const places = [1, 10, 100].map((x) => ({ x, y: x === 10 ? 2 : 1, isMarked: false }));
  const grid = gridOf(places);
  expect(grid[0]!.indexOf("·")).toBe(32); // the middle of 0 … 63
  expect(scatter(places, AXES).join("\n")).toContain("ttft, logarithmic");
});

test("every place is drawn inside the plot, marked ones over others", () => {
  const place = fc.record({
    x: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    y: fc.double({ min: 0, max: 1e9, noNaN: true }),
    isMarked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), (places) => {
      const grid = gridOf(places);
      for (const line of grid) expect(line.length).toBeLessThanOrEqual(64);
      const drawn = grid.join("").replaceAll(" ", "").length;
      expect(drawn).toBeGreaterThanOrEqual(1);
      expect(drawn).toBeLessThanOrEqual(places.length);
      expect(grid.join("").includes("●")).toBe(places.some(({ isMarked }) => isMarked));
    }),
  );
});
