import fc from "fast-check";
import { expect, test } from "vitest";
import { frontOf } from "./front.js";

interface Row {
  readonly index: number;
  readonly values: readonly (number | null)[];
}

const rows = fc
  .array(fc.tuple(fc.option(fc.integer({ min: 0, max: 6 })), fc.option(fc.integer({ min: 0, max: 6 }))), { maxLength: 30 })
  .map((pairs) => pairs.map((values, index): Row => ({ index, values })));
const better = fc.constantFrom("less", "more");

test("the front is the rows that no other row beats", () => {
  fc.assert(
    fc.property(rows, better, better, (all, first, second) => {
      const cost = ({ values }: Row, at: number, direction: string) => (direction === "less" ? values[at]! : -values[at]!);
      const costs = (row: Row) => [cost(row, 0, first), cost(row, 1, second)] as const;
      const able = all.filter(({ values }) => !values.includes(null));
      const beats = (a: Row, b: Row) => {
        const [[p, q], [r, s]] = [costs(a), costs(b)];
        return p <= r && q <= s && (p < r || q < s);
      };
      const slow = able.filter((row) => !able.some((other) => beats(other, row))).map(({ index }) => index);
      const found = frontOf(all, { at: 0, better: first }, { at: 1, better: second }).map(({ index }: Row) => index);
      expect(found.sort((a: number, b: number) => a - b)).toEqual(slow);
    }),
  );
});
