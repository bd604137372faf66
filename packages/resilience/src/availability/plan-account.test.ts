import { expect, test } from "vitest";
import { Account } from "./account.ts";
import { planAccount } from "./plan-account.ts";

const SECOND = 1e9;
const UP = { isUp: true, isOpen: true, groups: 1, pace: 1, missing: 0 };
const DOWN = { ...UP, isUp: false, isOpen: false };

/** A pool of two replicas over 100 s, to which 4 requests/s come. */
function pool(refuses: boolean, states: readonly (readonly [replica: number, second: number, standing: typeof UP])[]): Account {
  const account = new Account(2, 1, { perSecond: 4, inFlight: 10 }, refuses);
  for (const [replica, second, standing] of states) account.stand(replica, second * SECOND, standing);
  account.pass(100 * SECOND);
  return account;
}

test("a plan serves while both pools do, at the smaller of their shares", () => {
  const prefills = pool(false, [
    [0, 10, DOWN],
    [0, 40, UP],
  ]); // half from 10 s to 40 s
  const decodes = pool(false, [
    [0, 30, DOWN],
    [1, 35, DOWN],
    [0, 50, UP],
    [1, 60, UP],
  ]); // half from 30 s to 35 s, none to 50 s, half to 60 s
  const { servingNs, wholeNs, capacityNs, degradedNs, delayed, refused } = planAccount([prefills, decodes], 4);
  expect(servingNs / SECOND).toBe(85);
  expect(wholeNs / SECOND).toBe(50); // up to 10 s and from 60 s on
  expect(capacityNs / SECOND).toBe(10 + 25 / 2 + 10 / 2 + 40); // half from 10 s to 35 s and from 50 s to 60 s
  expect(degradedNs).toBe(0);
  expect([delayed, refused]).toEqual([4 * 15, 0]);
});

test("a request waits for either pool, once where both are down, and is refused if one that is down refuses", () => {
  const down = (from: number, to: number): Parameters<typeof pool>[1] => [
    [0, from, DOWN],
    [1, from, DOWN],
    [0, to, UP],
    [1, to, UP],
  ];
  const { delayed, refused } = planAccount([pool(false, down(10, 30)), pool(true, down(20, 50))], 4);
  expect([delayed, refused]).toEqual([4 * 10, 4 * 30]);
});

test("outages, lost and late requests and what was seen are those of both pools; the longest outage is the longer", () => {
  const [prefills, decodes] = [pool(false, []), pool(false, [])];
  prefills.down(10 * SECOND, 40 * SECOND);
  prefills.stalled(10 * SECOND, 20 * SECOND, 1); // (10 + 4 · 10) / 2 fail
  decodes.down(30 * SECOND, 50 * SECOND);
  decodes.stalled(30 * SECOND, 40 * SECOND, 0);
  for (const account of [prefills, decodes]) account.struck("gpu");
  const plan = planAccount([prefills, decodes], 4);
  expect(plan).toMatchObject({ outages: 2, downNs: 50 * SECOND, longestNs: 30 * SECOND, failed: 25, delayed: 25 });
  expect(plan.seen.get("gpu")).toMatchObject({ struck: 2, known: 0 });
});
