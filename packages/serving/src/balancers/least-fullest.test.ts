import fc from "fast-check";
import { expect, test } from "vitest";
import { leastFullest } from "./least-fullest.ts";

/** Tokens of the fullest place in the best of all ways to deal `tokens` out. */
function best(tokens: readonly number[], held: readonly number[]): number {
  const [first, ...others] = tokens;
  if (first === undefined) return Math.max(...held);
  return Math.min(...held.map((own, place) => best(others, held.with(place, own + first))));
}

test.each<[string, readonly number[], number, number]>([
  ["nothing", [], 3, 0],
  ["the mean", [2, 2, 2, 2], 2, 4],
  ["the mean, rounded up", [2, 1, 1, 1], 2, 3],
  ["the longest", [9, 1, 1], 2, 9],
  ["two of three that are alike", [5, 5, 5], 2, 10], // the mean is 8
  ["three of seven that are alike", [3, 3, 3, 3, 3, 3, 3], 3, 9], // the mean is 7
])("%s", (_, tokens, places, least) => {
  expect(leastFullest(tokens, places)).toBe(least);
});

test("no way to deal requests out has less, and for most there is one that has as much", () => {
  let reached = 0;
  let count = 0;
  const dealt = fc.tuple(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(dealt, ([tokens, places]) => {
      const least = leastFullest(tokens, places);
      const most = best(tokens, Array<number>(places).fill(0));
      expect(least).toBeLessThanOrEqual(most);
      count++;
      if (least === most) reached++;
    }),
    { numRuns: drawnCases(200) },
  );
  expect(reached / count).toBeGreaterThan(0.5);
});
