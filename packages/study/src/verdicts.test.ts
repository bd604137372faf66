import { exp, normal, Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { Looks } from "./seeds/looks.ts";
import type { SeedsEstimate } from "./seeds/pooled-seeds.ts";
import { isMet, verdictOf } from "./statistics/verdict.ts";

const within = (low: number, high: number) => ({ value: (low + Math.min(high, 10 * low)) / 2, interval: { low, high } });
const OPEN = Number.POSITIVE_INFINITY;

test("a target is met or missed where the whole interval says so, and else there is not enough evidence", () => {
  const seeds = [9, 10, 11];
  const at = (value: number) => verdictOf({ better: "less", value }, within(9, 11), seeds);
  expect([at(11), at(10.9), at(9), at(8.9)]).toEqual(["met", "not-enough-evidence", "not-enough-evidence", "missed"]);
  const least = (value: number) => verdictOf({ better: "more", value }, within(9, 11), seeds);
  expect([least(9), least(9.1), least(11), least(11.1)]).toEqual(["met", "not-enough-evidence", "not-enough-evidence", "missed"]);
});

test("an open interval is never met but by far: five times what any of at least eight seeds saw", () => {
  const eight = [1, 1, 1, 1, 1, 1, 1, 2];
  const at = (value: number, seeds: readonly number[]) => verdictOf({ better: "less", value }, within(0.9, OPEN), seeds);
  expect([at(10, eight), at(9.9, eight), at(1000, eight.slice(1)), at(0.8, eight)]).toEqual([
    "met-by-far",
    "not-enough-evidence",
    "not-enough-evidence",
    "missed",
  ]);
  expect([isMet("met-by-far"), isMet("met"), isMet("not-enough-evidence"), isMet("missed")]).toEqual([true, true, false, false]);
});

test("a bound for every request is missed once one seed breaks it, however short the others are", () => {
  const estimate = within(1, 2);
  expect(verdictOf({ better: "less", value: 5, ofEach: true }, estimate, [1, 1, 6])).toBe("missed");
  expect(verdictOf({ better: "less", value: 5 }, estimate, [1, 1, 6])).toBe("met");
});

test("one seed has no verdict, and what never was misses any bound", () => {
  expect(verdictOf({ better: "less", value: 5 }, { value: 1, interval: null }, [1])).toBeUndefined();
  expect(verdictOf({ better: "less", value: 5 }, { value: OPEN, interval: null }, [OPEN])).toBe("missed");
});

const estimateAt = (half: number, high = 10 + half): SeedsEstimate => ({
  count: 16,
  value: 10,
  standardDeviation: 1,
  interval: { low: 10 - half, high },
});

test("seeds are enough after two narrow looks in a row, of 16, 32, 64 …", () => {
  const asked: number[] = [];
  const looks = new Looks(0.1, ["ttftSeconds.mean"]);
  const half = new Map([
    [16, 0.5],
    [32, 2],
    [64, 0.9],
    [128, 1],
  ]);
  let count = 0;
  const enough = () =>
    looks.isEnough(++count, () => {
      asked.push(count);
      return estimateAt(half.get(count)!);
    });
  while (!enough());
  expect([count, asked]).toEqual([128, [16, 32, 64, 128]]);
  expect(looks.reached).toBe(true);
});

test("an open interval is never narrow", () => {
  const looks = new Looks(100, ["ttftSeconds.p99"]);
  for (let count = 1; count <= 256; count++) expect(looks.isEnough(count, () => estimateAt(0.1, OPEN))).toBe(false);
});

test("two looks in a row hold the mean of skewed seeds more often than the first narrow one", () => {
  const stream = new Streams(6).stream("stopping");
  const truth = exp(1 / 2);
  const covers = (inARow: number) => {
    let held = 0;
    for (let study = 0; study < 400; study++) {
      const values: number[] = [];
      let narrow = 0;
      for (let look = 4; narrow < inARow && look <= 1024; look *= 2) {
        while (values.length < look) values.push(exp(normal(stream)));
        const mean = values.reduce((sum, value) => sum + value, 0) / look;
        const half = (2.2 * Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (look - 1))) / Math.sqrt(look);
        narrow = half <= 0.35 * mean ? narrow + 1 : 0;
        if (narrow === inARow && Math.abs(mean - truth) <= half) held++;
      }
    }
    return held / 400;
  };
  expect(covers(2)).toBeGreaterThan(covers(1));
});
