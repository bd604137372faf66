import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Hopes } from "./hopes.ts";
import { order } from "./standing.ts";

const costs = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));

test.prop([fc.array(fc.option(costs), { maxLength: 200 })])(
  "the least is at hand as in a sorted list, whatever is added and taken",
  (moves) => {
    const hopes = new Hopes<{ readonly index: number; readonly costs: readonly number[] }>();
    const sorted: { readonly index: number; readonly costs: readonly number[] }[] = [];
    for (const [index, added] of moves.entries()) {
      if (added === null) {
        hopes.take();
        sorted.shift();
      } else {
        hopes.add({ index, costs: added });
        sorted.push({ index, costs: added });
        sorted.sort(order);
      }
      expect(hopes.first).toEqual(sorted[0]);
      expect(hopes.size).toBe(sorted.length);
    }
    expect(hopes.takeAll().sort(order)).toEqual(sorted);
    expect(hopes.first).toBeUndefined();
  },
);
