import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case } from "./case.ts";
import { bestCaseFirst, caseFront, isEligible } from "./ranking.ts";

const goals = [
  { at: 0, better: "more" },
  { at: 1, better: "less" },
] as const;

function made(index: number, met: boolean | null, ...values: (number | null)[]): Case {
  return {
    index,
    parameters: {},
    status: met === null ? "infeasible" : "ok",
    reason: null,
    values,
    intervals: [],
    met,
    undecided: false,
    seeds: 1,
  };
}

test("those that meet their targets come first, then the first goal, the second and the index decide", () => {
  const cases = [
    made(0, false, 99, 1),
    made(1, true, 5, 2),
    made(2, true, 5, 1),
    made(3, true, 7, 9),
    made(4, true, 5, 1),
    made(5, true, null, 0),
    made(6, false, 98, 0),
    made(7, null),
  ];
  expect(cases.toSorted(bestCaseFirst(goals)).map(({ index }) => index)).toEqual([3, 2, 4, 1, 5, 0, 6, 7]);
  expect(caseFront(cases, goals).map(({ index }) => index)).toEqual([2, 3, 4]); // 7 with 9, and both of 5 with 1
});

test("the best is on the front whenever a case meets its targets and has both values", () => {
  const number = fc.integer({ min: 0, max: 5 });
  const cases = fc
    .array(fc.tuple(fc.constantFrom(true, false), number, number), { minLength: 1, maxLength: 20 })
    .map((drawn) => drawn.map(([met, a, b], index) => made(index, met, a, b)));
  fc.assert(
    fc.property(cases, (all) => {
      const [best] = all.toSorted(bestCaseFirst(goals));
      const front = caseFront(all, goals);
      expect(front.every(isEligible)).toBe(true);
      expect(front.includes(best!)).toBe(all.some(isEligible));
    }),
  );
});
