import { type Case, caseFront } from "@tokenyard/study";
import fc from "fast-check";
import { expect, test } from "vitest";
import { frontOf } from "./front.ts";

interface Row {
  readonly index: number;
  readonly values: readonly (number | null)[];
  readonly met: boolean | null;
}

const number = fc.option(fc.integer({ min: 0, max: 6 }));
const rows = fc
  .array(fc.tuple(fc.tuple(number, number), fc.constantFrom(true, true, false, null)), { maxLength: 30 })
  .map((drawn) => drawn.map(([values, met], index): Row => ({ index, values: met === null ? [null, null] : values, met })));
const better = fc.constantFrom("less" as const, "more" as const);

test("the front is the rows that meet what is demanded and that no other of those beats", () => {
  fc.assert(
    fc.property(rows, better, better, (all, first, second) => {
      const cost = ({ values }: Row, at: number, direction: string) => (direction === "less" ? values[at]! : -values[at]!);
      const costs = (row: Row) => [cost(row, 0, first), cost(row, 1, second)] as const;
      const able = all.filter(({ values, met }) => met === true && !values.includes(null));
      const beats = (a: Row, b: Row) => {
        const [[p, q], [r, s]] = [costs(a), costs(b)];
        return p <= r && q <= s && (p < r || q < s);
      };
      const slow = able.filter((row) => !able.some((other) => beats(other, row))).map(({ index }) => index);
      const found = frontOf(all, { at: 0, better: first }, { at: 1, better: second }).map(({ index }) => index);
      expect(found.sort((a: number, b: number) => a - b)).toEqual(slow);
    }),
  );
});

test("the page and the text have one front", () => {
  fc.assert(
    fc.property(rows, better, better, (all, first, second) => {
      const goals = [
        { at: 0, better: first },
        { at: 1, better: second },
      ] as const;
      const cases = all.map(
        (row): Case => ({
          ...row,
          parameters: {},
          status: row.met === null ? "infeasible" : "ok",
          reason: null,
          intervals: [],
          undecided: false,
          seeds: 1,
        }),
      );
      const indexes = (found: readonly { readonly index: number }[]) => found.map(({ index }) => index).sort((a, b) => a - b);
      expect(indexes(frontOf(all, ...goals))).toEqual(indexes(caseFront(cases, goals)));
    }),
  );
});
