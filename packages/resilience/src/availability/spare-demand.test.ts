import { expect, test } from "vitest";
import { SpareDemand, shareOfWaits, waitingReplicas } from "./spare-demand.ts";

const single = (spares: number, mean: number) => new SpareDemand(spares, Number.POSITIVE_INFINITY, [{ gpus: 1, mean }]);

test("what spares leave missing is what is known by hand", () => {
  expect(single(0, 3).missedShare).toBe(1);
  expect(single(1, 1).missedShare).toBeCloseTo(1 / Math.E, 12); // a − 1 + e^−a
  expect(single(2, 1).missedShare).toBeCloseTo(3 / Math.E - 1, 12); // that, less P(N > 1) = 1 − 2/e
  expect(single(1, 0.01).missedShare).toBeCloseTo(0.005, 4); // a / 2 where two at once are rare
  expect(new SpareDemand(3, Number.POSITIVE_INFINITY, []).missedShare).toBe(0);
  expect(single(100, 10_000).missedShare).toBeCloseTo(0.99, 6);
});

test("no replica waits while at most as many GPUs are in repair as stand by: 5/2 e^−1 for two spares and one absent", () => {
  expect(single(2, 1).waiting[0]).toBeCloseTo(2.5 / Math.E, 12);
  expect(single(0, 1).waiting[0]).toBeCloseTo(1 / Math.E, 12);
  expect(new SpareDemand(0, Number.POSITIVE_INFINITY, []).waiting[0]).toBe(1);
});

test("of two replicas each waits for half of the missing GPUs: E[2^−(N − 1)⁺] = 2 e^−1/2 − e^−1 for one spare and one absent", () => {
  expect(shareOfWaits(waitingReplicas(single(1, 1).waiting, 2), 1).one).toBeCloseTo(2 * Math.exp(-0.5) - Math.exp(-1), 12);
  expect(shareOfWaits(waitingReplicas(single(1, 1).waiting, 1), 1).one).toBeCloseTo(2 / Math.E, 12); // one replica: P(N ≤ 1)
});

test("of two replicas none is up if both wait, or one waits and the other is down, or both are down", () => {
  // one failure waits in half of the time, two in a quarter: these are in one replica or in two, half and half
  const { one, none } = shareOfWaits(waitingReplicas([0.25, 0.5, 0.25], 2), 0.9);
  expect(one).toBeCloseTo(0.25 + 0.5 * 0.5 + 0.25 * 0.25, 12);
  expect(none).toBeCloseTo(0.25 * 0.01 + 0.5 * 0.1 + 0.25 * (0.5 * 0.1 + 0.5), 12);
});

test("GPUs that are missing do not fail again: of two GPUs without spares p0 : p1 : p2 = 1 : a : a²/4, as λ halves", () => {
  const two = new SpareDemand(0, 2, [{ gpus: 1, mean: 1 }]);
  expect(two.waiting[0]).toBeCloseTo(1 / (1 + 1 + 0.25), 12);
});

test("a node takes all of its GPUs at once: 8 spares cover one node and not two", () => {
  const nodes = new SpareDemand(8, Number.POSITIVE_INFINITY, [{ gpus: 8, mean: 1 }]);
  expect(nodes.waiting[0]).toBeCloseTo(2 / Math.E, 12);
  expect(new SpareDemand(7, Number.POSITIVE_INFINITY, [{ gpus: 8, mean: 1 }]).waiting[0]).toBeCloseTo(1 / Math.E, 12);
  const both = new SpareDemand(8, Number.POSITIVE_INFINITY, [
    { gpus: 8, mean: 1 },
    { gpus: 1, mean: 1 },
  ]);
  // no node and at most 8 GPUs, or one node and no GPU
  const singles = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => Math.exp(-1) / [1, 1, 2, 6, 24, 120, 720, 5040, 40320][n]!);
  expect(both.waiting[0]).toBeCloseTo(Math.exp(-1) * singles.reduce((a, b) => a + b) + Math.exp(-1) * Math.exp(-1), 12);
});

test("more spares leave less missing, and more in repair leave more", () => {
  for (const absent of [0.1, 1, 7.5, 300]) {
    for (let spares = 0; spares < 12; spares++) {
      expect(single(spares + 1, absent).missedShare).toBeLessThan(single(spares, absent).missedShare);
      if (spares > 0) expect(single(spares, absent * 1.5).missedShare).toBeGreaterThan(single(spares, absent).missedShare);
    }
  }
});
