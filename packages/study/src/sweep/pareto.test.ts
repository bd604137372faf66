import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { type Goal, paretoFront } from "./pareto.ts";

type Item = readonly (number | null)[];
const goal = (i: number, better: Goal<Item>["better"]): Goal<Item> => ({ measure: (item) => item[i]!, better });

const cost = fc.option(fc.integer({ min: 0, max: 6 }), { freq: 10 });
const study = fc.integer({ min: 1, max: 4 }).chain((goals) =>
  fc.record({
    items: fc.array(fc.tuple(...Array(goals).fill(cost)) as fc.Arbitrary<Item>, { maxLength: 40 }),
    better: fc.tuple(...Array(goals).fill(fc.constantFrom("less", "more"))) as fc.Arbitrary<Goal<Item>["better"][]>,
  }),
);

test.prop([study])("the front is those that no other beats, in their order", ({ items, better }) => {
  const atLeastAsGood = (a: number, b: number, i: number) => (better[i] === "less" ? a <= b : a >= b);
  const beats = (a: Item, b: Item) => a.every((value, i) => atLeastAsGood(value!, b[i]!, i)) && a.some((value, i) => value !== b[i]);
  const whole = items.filter((item) => !item.includes(null));
  const slow = whole.filter((item) => !whole.some((other) => beats(other, item)));
  expect(
    paretoFront(
      items,
      better.map((each, i) => goal(i, each)),
    ),
  ).toEqual(slow);
});

test("one goal leaves the best, and its equals", () => {
  expect(paretoFront([[3], [1], [2], [1]], [goal(0, "less")])).toEqual([[1], [1]]);
});
