import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffNs } from "./backoff.ts";

const ofRouter = { first: 0.05, factor: 1.5, most: 30, jitter: 0.2 };

test("waits of SGLang's router, by hand: 50 ms, then 1.5 times as long each, 30 s at most", () => {
  const ms = (tries: number, chance = 0.5) => backoffNs(ofRouter, tries, chance) / 1e6;
  expect([1, 2, 3, 4, 5].map((tries) => ms(tries))).toEqual([50, 75, 112.5, 168.75, 253.125]);
  expect(ms(16)).toBeCloseTo(21894.69, 1); // 50 ms · 1.5¹⁵
  expect(ms(17)).toBe(30000); // and not 32.8 s
  expect(ms(1000)).toBe(30000);
  expect(ms(1, 0)).toBe(40); // 20 % shorter
  expect(ms(1, 0.75)).toBe(55);
});

test("a wait lies within its jitter, and never before one of fewer tries by the same chance", () => {
  const spec = fc.record({
    first: fc.double({ min: 0, max: 10, noNaN: true }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    most: fc.double({ min: 0, max: 100, noNaN: true }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(
      spec,
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (of, tries, chance) => {
        const ns = backoffNs(of, tries, chance);
        expect(ns).toBeGreaterThanOrEqual(0);
        expect(ns).toBeLessThanOrEqual(Math.round(of.most * (1 + of.jitter) * 1e9));
        expect(backoffNs(of, tries + 1, chance)).toBeGreaterThanOrEqual(ns);
      },
    ),
  );
});
