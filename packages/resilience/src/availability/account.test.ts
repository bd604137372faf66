import { describe, expect, test } from "vitest";
import { Account } from "./account.ts";
import { failureOf } from "./failure.ts";
import { DENSE_PLAN } from "./small-models.contract.ts";
import { type LongOutage, longOutages } from "./struck-replica.ts";

const SECOND = 1e9;
const UP = { isUp: true, isOpen: true, groups: 2, pace: 1, missing: 0 };
const DOWN = { ...UP, isUp: false };

/** Two replicas of two data groups, to which 4 requests/s come; 10 are in flight. */
const account = (refuses = false) => new Account(2, 2, { perSecond: 4, inFlight: 10 }, refuses);

describe("by hand: the time of two replicas of two data groups", () => {
  test("a replica that lacks a group serves with half of its capacity, and is not whole", () => {
    const own = account();
    own.stand(0, 10 * SECOND, { ...UP, groups: 1 });
    own.stand(0, 30 * SECOND, UP);
    own.pass(50 * SECOND);
    expect([own.servingNs, own.wholeNs, own.degradedNs]).toEqual([50 * SECOND, 30 * SECOND, 0]);
    expect(own.capacityNs / SECOND).toBe(10 + 20 * 0.75 + 20); // 3 of 4 groups for 20 s
  });

  test("a slow replica is whole, at its pace alone", () => {
    const own = account();
    own.stand(1, 0, { ...UP, pace: 0.5 });
    own.pass(20 * SECOND);
    expect([own.servingNs, own.wholeNs]).toEqual([20 * SECOND, 20 * SECOND]);
    expect(own.capacityNs / SECOND).toBe(20 * 0.75); // (2 + 2 · ½) / 4
  });

  test("a replica that lacks experts is degraded while it is up, and not beyond", () => {
    const own = account();
    own.stand(0, 10 * SECOND, { ...UP, missing: 3 });
    own.stand(0, 15 * SECOND, { ...DOWN, missing: 3 });
    own.stand(0, 18 * SECOND, UP);
    own.pass(20 * SECOND);
    expect([own.degradedNs, own.wholeNs, own.servingNs]).toEqual([5 * SECOND, 12 * SECOND, 20 * SECOND]);
    expect(own.capacityNs / SECOND).toBe(15 + 3 / 2 + 2);
  });

  test("requests wait, or are refused, while no replica is taken for up, and not while one is that is down", () => {
    for (const refuses of [false, true]) {
      const own = account(refuses);
      own.stand(0, 10 * SECOND, { ...DOWN, isOpen: false });
      own.stand(1, 20 * SECOND, DOWN); // taken for up until 25 s
      own.stand(1, 25 * SECOND, { ...DOWN, isOpen: false });
      own.stand(1, 32 * SECOND, UP);
      own.pass(40 * SECOND);
      expect([own.waited, own.refused]).toEqual(refuses ? [0, 4 * 7] : [4 * 7, 0]);
      expect(own.delayed).toBe(own.waited);
      expect([own.servingNs, own.wholeNs]).toEqual([(20 + 8) * SECOND, 10 * SECOND]);
    }
  });

  test("a span ends where a state changes; at one instant there is none between two changes", () => {
    const own = account();
    own.stand(0, 10 * SECOND, DOWN);
    own.stand(1, 10 * SECOND, DOWN);
    own.pass(10 * SECOND);
    own.pass(15 * SECOND);
    expect(own.spans.map(({ untilNs, share, isServing }) => [untilNs / SECOND, share, isServing])).toEqual([
      [10, 1, true],
      [15, 0, false],
    ]);
  });
});

test("by hand: outages add up, and the longest is kept, whichever comes first", () => {
  const own = account();
  for (const [from, to] of [
    [10, 30],
    [40, 75],
    [80, 90],
  ] as const)
    own.down(from * SECOND, to * SECOND);
  expect([own.outages, own.downNs, own.longestNs]).toEqual([3, 65 * SECOND, 35 * SECOND]);
});

test("by hand: of the requests of a stalled replica the share of its lost groups fails, twice as well as once", () => {
  const own = account();
  own.stalled(10 * SECOND, 20 * SECOND, 0.5); // (10 + 4 · 10) / 2 = 25: 12.5 fail
  own.stalled(30 * SECOND, 31 * SECOND, 1); // (10 + 4) / 2 = 7 fail
  expect([own.failed, own.late, own.delayed]).toEqual([19.5, 12.5, 12.5]);
});

test("by hand: what was seen is counted by cause and detector, with the seconds from fault to sight", () => {
  const own = account();
  const seen = (cause: "gpu" | "hang", atSeconds: number, detectedBy: string, detectedSeconds: number): LongOutage => {
    const [outage] = longOutages(failureOf(cause, 0, atSeconds * SECOND, SECOND, DENSE_PLAN), 2, 0);
    return { ...outage!, detectedBy, detectedNs: detectedSeconds * SECOND };
  };
  for (const cause of ["gpu", "gpu", "gpu", "hang"] as const) own.struck(cause);
  own.known(seen("gpu", 10, "exit", 12));
  own.known(seen("gpu", 20, "probe", 25));
  own.known(seen("gpu", 30, "exit", 33));
  own.known(seen("hang", 40, "watchdog", 100));
  expect(own.seen.get("gpu")).toEqual({
    struck: 3,
    known: 3,
    seconds: 2 + 5 + 3,
    by: new Map([
      ["exit", 2],
      ["probe", 1],
    ]),
  });
  expect(own.seen.get("hang")).toEqual({ struck: 1, known: 1, seconds: expect.closeTo(60, 9), by: new Map([["watchdog", 1]]) });
});
