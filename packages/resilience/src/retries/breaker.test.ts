import fc from "fast-check";
import { expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

const spec = { failures: 3, window: 10, open: 5, successes: 2 };
const S = 1e9;

test("by hand: three failures in a row within 10 s open it for 5 s, and two successes close it", () => {
  const breaker = new Breaker(spec);
  for (const at of [0, 1]) breaker.failed(at * S);
  breaker.succeeded(2 * S); // begins to count again
  for (const at of [3, 4, 13.5]) breaker.failed(at * S);
  expect(breaker.isOpen(13.5 * S)).toBe(false); // 10.5 s from the first to the third
  breaker.failed(13.9 * S); // 9.9 s from the second to the fourth
  expect(breaker.isOpen(14 * S)).toBe(true);
  breaker.succeeded(15 * S); // one that had been sent before
  expect(breaker.isOpen(18.8 * S)).toBe(true);
  expect(breaker.isOpen(18.9 * S)).toBe(false);
  breaker.succeeded(19 * S);
  breaker.failed(20 * S); // half open: one is enough
  expect(breaker.isOpen(24 * S)).toBe(true);
  expect([breaker.opened, breaker.openNs(24 * S)]).toEqual([2, (5 + 4) * S]);
  for (const at of [26, 27]) breaker.succeeded(at * S);
  for (const at of [28, 29]) breaker.failed(at * S);
  expect(breaker.isOpen(29 * S)).toBe(false); // closed again: two are not enough
});

test("it never opens with fewer failures than it takes, and is open no longer than its time for each opening", () => {
  const step = fc.record({ after: fc.integer({ min: 0, max: 4 }), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const breaker = new Breaker(spec);
      let [now, failures] = [0, 0];
      for (const { after, fails } of steps) {
        now += after * S;
        if (fails) breaker.failed(now);
        else breaker.succeeded(now);
        failures += fails ? 1 : 0;
        expect(breaker.opened).toBeLessThanOrEqual(Math.max(0, failures - spec.failures + 1));
        expect(breaker.openNs(now)).toBeLessThanOrEqual(Math.min(now, breaker.opened * spec.open * S));
      }
    }),
  );
});

test("by hand: open times add up over openings, and failures a whole window apart still open it", () => {
  const breaker = new Breaker(spec);
  for (const at of [0, 5, 10]) breaker.failed(at * S); // 10 s from the first to the third, as the window has them
  expect([breaker.isOpen(10 * S), breaker.openNs(12 * S)]).toEqual([true, 2 * S]);
  breaker.failed(15 * S); // half open from this very instant: opens again
  expect([breaker.opened, breaker.openNs(17 * S)]).toEqual([2, (5 + 2) * S]);
  for (const at of [21, 22]) breaker.succeeded(at * S); // open until 20
  expect([breaker.isOpen(22 * S), breaker.openNs(30 * S)]).toEqual([false, 10 * S]);
});
