import { expect, test } from "vitest";
import { capacityShares, type LongRun, meanOfLeast } from "./capacity-shares.ts";

const ONE: LongRun = { replicas: 1, groups: 1, recovered: 0.9, present: 1, paces: [{ speed: 1, chance: 1 }], occupied: [1] };
const meanOf = (shares: Float64Array) => shares.reduce((sum, chance, i) => sum + (chance * i) / (shares.length - 1), 0);

test("two replicas that are up for 0.9 of the time have half of the capacity for 2 · 0.9 · 0.1", () => {
  const [none, half, all] = capacityShares({ ...ONE, replicas: 2 });
  expect([none, half, all]).toEqual([expect.closeTo(0.01, 12), expect.closeTo(0.18, 12), expect.closeTo(0.81, 12)]);
});

test("a replica that waits for a GPU has none: with one of two waiting half of the time, both serve for 0.5 · 0.81", () => {
  const [none, half, all] = capacityShares({ ...ONE, replicas: 2, occupied: [0.5, 0.5, 0] });
  expect([none, half, all]).toEqual([
    expect.closeTo(0.5 * 0.01 + 0.5 * 0.1, 12),
    expect.closeTo(0.5 * 0.18 + 0.5 * 0.9, 12),
    expect.closeTo(0.405, 12),
  ]);
});

test("of two data groups, each there for 0.8 of the time, one is for 2 · 0.8 · 0.2", () => {
  const shares = capacityShares({ ...ONE, groups: 2, recovered: 1, present: 0.8 });
  expect([...shares]).toEqual([expect.closeTo(0.04, 12), expect.closeTo(0.32, 12), expect.closeTo(0.64, 12)]);
});

test("a pace between two cells keeps its mean, with groups and waits too", () => {
  const paces = [
    { speed: 0.7, chance: 0.3 },
    { speed: 1, chance: 0.7 },
  ];
  const pool = { ...ONE, replicas: 3, groups: 5, present: 0.6, paces, occupied: [0.2, 0.5, 0.2, 0.1] };
  const shares = capacityShares(pool);
  expect(shares.reduce((sum, chance) => sum + chance)).toBeCloseTo(1, 12);
  expect(meanOf(shares)).toBeCloseTo(0.9 * 0.6 * (0.7 * 0.3 + 0.7) * (1 - (0.5 + 2 * 0.2 + 3 * 0.1) / 3), 12);
});

test("the least of two shares: 1 or ½ for 0.6 and 0.4, beside 1, ⅓ or 0 for 0.5, 0.3 and 0.2", () => {
  const least = meanOfLeast(Float64Array.of(0, 0.4, 0.6), Float64Array.of(0.2, 0.3, 0, 0.5));
  expect(least).toBeCloseTo(0.5 * (0.6 + 0.4 / 2) + 0.3 / 3, 12); // with 1 the first decides, with ⅓ the second
});
