import { expect, test } from "vitest";
import type { YearAccount } from "../years/year-accounts.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

const NOTHING = { servingNs: 100, wholeNs: 100, capacityNs: 100, degradedNs: 0, outages: 0, downNs: 0, longestNs: 0 };
const year = (changed: Partial<YearAccount>): YearAccount => ({
  ...NOTHING,
  failed: 0,
  refused: 0,
  delayed: 0,
  seen: new Map(),
  ...changed,
});
const outcome = (...accounts: YearAccount[]): Outcome =>
  outcomeOf(accounts, 100, { causes: [], serving: null, whole: null, capacity: null }, false);

test("shares stay between none and all, however few years there are", () => {
  const found = outcome(year({ wholeNs: 0, capacityNs: 80, degradedNs: 100 }), year({ wholeNs: 90, capacityNs: 99, degradedNs: 10 }));
  for (const { mean, interval } of [found.serving, found.whole, found.capacity, found.degraded]) {
    expect(interval!.low).toBeGreaterThanOrEqual(0);
    expect(interval!.low).toBeLessThanOrEqual(mean);
    expect(interval!.high).toBeGreaterThanOrEqual(mean);
    expect(interval!.high).toBeLessThanOrEqual(1);
  }
  expect(found.degraded.interval!.high).toBe(1); // of 1 and 0.1
});

test("what serves is farther from its interval's low end than from its high one: what is lost cannot be less than nothing", () => {
  const { mean, interval } = outcome(year({ capacityNs: 80 }), year({}), year({}), year({ capacityNs: 90 })).capacity;
  expect(mean - interval!.low).toBeGreaterThan(2 * (interval!.high - mean));
});
