import { expect, test } from "vitest";
import { type Cause, failureOf } from "./failure.ts";
import { DENSE_PLAN } from "./small-models.contract.ts";
import { longOutages, paceOf } from "./struck-replica.ts";

test("a GPU takes one from its replica, a node all of its own from each of two; a process that hangs takes none", () => {
  const lacking = (cause: Cause, seconds: number) =>
    longOutages(failureOf(cause, 1, 0, seconds * 1e9, DENSE_PLAN), 2, 10e9).map(({ replica, ranks, lacksGpus }) => ({
      replica,
      ranks,
      lacksGpus,
    }));
  expect(lacking("gpu", 5)).toEqual([{ replica: 0, ranks: [1], lacksGpus: true }]);
  expect(lacking("node", 5)).toEqual([
    { replica: 2, ranks: [4, 5], lacksGpus: true },
    { replica: 3, ranks: [6, 7], lacksGpus: true },
  ]);
  expect(lacking("hang", 5)).toEqual([{ replica: 0, ranks: [1], lacksGpus: false }]);
});

test("a slow GPU slows its replica while it is in it, and a lost slot leaves it there; two slowings of one GPU multiply", () => {
  const slow = (rank: number, speed: number) => ({
    ...failureOf("hang", rank, 0, 1e9, DENSE_PLAN),
    slows: { lane: "compute", factor: 1 / speed } as const,
  });
  const without = (slot: boolean) =>
    longOutages(failureOf("gpu", 1, 0, 1e9, DENSE_PLAN), 2, 0).map((outage) => ({
      ...outage,
      fault: { ...outage.fault, slot: slot ? { layer: 0, slot: 0 } : undefined },
    }));
  expect(paceOf({ slow: [slow(1, 0.5)], shrunk: [] })).toBe(0.5);
  expect(paceOf({ slow: [slow(1, 0.5)], shrunk: without(false) })).toBe(1);
  expect(paceOf({ slow: [slow(1, 0.5)], shrunk: without(true) })).toBe(0.5);
  expect(paceOf({ slow: [slow(0, 0.8), slow(1, 0.5)], shrunk: without(false) })).toBe(0.8);
  expect(paceOf({ slow: [slow(0, 0.5), slow(0, 0.5), slow(1, 0.5)], shrunk: [] })).toBe(0.25);
});
