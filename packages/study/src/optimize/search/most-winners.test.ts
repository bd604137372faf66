import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { drawsFor, mostWinners } from "./most-winners.ts";

/** C(n, k) */
function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1);
  return ways;
}

test("of ten of which two were drawn, seven winners would be missed in 3 of 45 cases, and eight in 1", () => {
  expect(mostWinners(2, 10)).toBe(7); // 3 ÷ 45 = 6.7 %, 1 ÷ 45 = 2.2 %
  expect([mostWinners(0, 10), mostWinners(10, 10), mostWinners(9, 10)]).toEqual([10, 0, 1]); // one may be the last of ten
  expect(mostWinners(96, 100)).toBe(0); // the last four hide one winner in 4 of 100 cases
});

test.prop([fc.integer({ min: 1, max: 40 }).chain((all) => fc.tuple(fc.integer({ min: 1, max: all }), fc.constant(all)))])(
  "so many winners are missed by the draws in 5 % of all ways to draw or more, and one more in less",
  ([drawn, all]) => {
    const missed = (winners: number) => choose(all - winners, drawn) / choose(all, drawn);
    const most = mostWinners(drawn, all);
    expect(missed(most)).toBeGreaterThanOrEqual(0.05 - 1e-9);
    expect(most === all - drawn || missed(most + 1) < 0.05 + 1e-9).toBe(true);
  },
);

test("at most 5 % of the others win after 59 draws from many, 71 from 112, and all of ten", () => {
  expect([drawsFor(0.05, 100_000), drawsFor(0.05, 112), drawsFor(0.05, 10)]).toEqual([59, 71, 10]);
  expect([mostWinners(70, 112) / (112 - 70), mostWinners(71, 112) / (112 - 71)]).toEqual([3 / 42, 2 / 41]);
});
