import * as fc from "fast-check";
import { expect, test } from "vitest";
import { highest } from "./highest.ts";

/** Searches over a predicate; gives the answer and every value that was tried. */
async function searched(holds: (value: number) => boolean, options: Partial<Parameters<typeof highest>[0]> = {}) {
  const tried: number[] = [];
  const answer = await highest({
    own: 8,
    from: 8 / 1024,
    to: 8 * 1024,
    precision: 0.01,
    isWhole: false,
    holds: async (value) => {
      tried.push(value);
      return holds(value);
    },
    ...options,
  });
  return { ...answer, tried };
}

test("over any threshold, what is found holds and its neighbour fails, as close as was asked for, and both were tried", async () => {
  const thresholds = fc.double({ min: 0.01, max: 8000, noNaN: true });
  const precisions = fc.double({ min: 1e-4, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(thresholds, precisions, fc.double({ min: 0.01, max: 8000, noNaN: true }), async (threshold, precision, own) => {
      const { holds, fails, tried } = await searched((value) => value <= threshold, { own, precision });
      expect(tried).toContain(holds);
      expect(tried).toContain(fails);
      expect(holds!).toBeLessThanOrEqual(threshold);
      expect(fails!).toBeGreaterThan(threshold);
      expect(fails! - holds!).toBeLessThanOrEqual(precision * holds! + 1e-5 * holds!);
      expect(new Set(tried).size).toBe(tried.length); // nothing twice
      expect(tried.length).toBeLessThanOrEqual(20 + 15);
    }),
  );
});

test("values between have few digits: none is finer than the precision", async () => {
  const { holds, fails, tried } = await searched((value) => value <= 17.3, { precision: 0.02 });
  expect([holds, fails]).toEqual([17.3, 17.5]); // from 16 and 32 by 24, 20, 18, 17
  expect(Math.max(...tried.map((value) => String(value).length))).toBeLessThanOrEqual(4);
});

test("among whole numbers the neighbour is the next one, when that is asked for", async () => {
  const whole = fc.integer({ min: 1, max: 999 });
  await fc.assert(
    fc.asyncProperty(whole, whole, async (threshold, own) => {
      const { holds, fails } = await searched((value) => value <= threshold, { own, from: 1, to: 1000, precision: 1e-4, isWhole: true });
      expect([holds, fails]).toEqual([threshold, threshold + 1]);
    }),
  );
});

test("the ends of the range are reported as what they are: nothing holds, or nothing fails", async () => {
  expect(await searched(() => false, { from: 3, to: 100 })).toMatchObject({ holds: null, fails: 3, tried: [8, 4, 3] });
  expect(await searched(() => true, { from: 3, to: 100 })).toMatchObject({ holds: 100, fails: null, tried: [8, 16, 32, 64, 100] });
  expect(await searched(() => true, { from: 20, to: 30 })).toMatchObject({ holds: 30, tried: [20, 30] });
});

test("a search that is stopped reports what it knows", async () => {
  let left = 3;
  const holds = async (value: number) => (left-- === 0 ? undefined : value <= 20);
  expect(await highest({ own: 8, from: 1, to: 100, precision: 0.01, isWhole: false, holds })).toEqual({ holds: 16, fails: 32, began: 8 });
});

test("where the first value gave nothing to judge it by, the lowest is looked at next: nothing there either ends the search", async () => {
  const never = await searched(() => false, { gaveNothing: () => true });
  expect(never).toMatchObject({ holds: null, fails: 8 / 1024, tried: [8, 8 / 1024] });
  const later = await searched((value) => value <= 1, { gaveNothing: (value) => value > 5, precision: 0.1 });
  expect(later.holds).toBeLessThanOrEqual(1);
  expect(later.fails).toBeGreaterThan(1);
  expect(later.tried.slice(0, 2)).toEqual([8, 8 / 1024]);
  const otherwise = await searched((value) => value <= 1 && value > 0.01, { gaveNothing: (value) => value > 5 });
  expect(otherwise.tried.slice(0, 3)).toEqual([8, 8 / 1024, 4]); // the lowest fails for another reason
  expect(otherwise.holds).toBe(1);
  const nowhere = await searched(() => false, { gaveNothing: (value) => value > 5 });
  expect(new Set(nowhere.tried).size).toBe(nowhere.tried.length); // nothing twice
});

test("whatever is foreseen, right or wrong, the ends are those of a search that foresees nothing", async () => {
  const values = fc.double({ min: 0.001, max: 20_000, noNaN: true });
  const owns = fc.double({ min: 0.01, max: 8000, noNaN: true });
  await fc.assert(
    fc.asyncProperty(values, values, owns, fc.boolean(), async (threshold, guess, own, isWhole) => {
      const range = isWhole ? { own: Math.ceil(own), from: 1, to: 8000, isWhole } : { own };
      const holds = (value: number) => value <= threshold;
      const without = await searched(holds, range);
      const { holds: low, fails: high, tried } = await searched(holds, { ...range, foreseen: (value) => value <= guess });
      expect([low, high]).toEqual([without.holds, without.fails]);
      expect(new Set(tried).size).toBe(tried.length);
    }),
  );
});

test("a search that foresees right tries two values before it bisects, however far they are from its own", async () => {
  const holds = (value: number) => value <= 700;
  const { began, tried } = await searched(holds, { own: 1, foreseen: (value) => value <= 650 });
  expect([began, tried.slice(0, 3)]).toEqual([512, [512, 1024, 800]]);
  const { tried: blind } = await searched(holds, { own: 1, foreseen: () => undefined });
  expect(blind.slice(0, 4)).toEqual([1, 2, 4, 8]);
});

test("where the foreseen value gives nothing to judge it by, the search is that of its own value", async () => {
  const { tried, holds } = await searched((value) => value <= 10, {
    foreseen: (value) => value <= 100,
    gaveNothing: (value) => value > 50,
  });
  expect(tried.slice(0, 3)).toEqual([64, 8, 16]);
  expect(holds).toBe(10);
});
