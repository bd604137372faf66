import { expect, test } from "vitest";
import { Alarm, type Episode } from "./alarm.ts";

const EVERY_MS = 5_000;

/** Episodes of one alert that is evaluated every 5 s by `pattern`: x where the condition holds. */
function episodesOf(pattern: string, forMs: number, keepMs = 0): Episode[] {
  const alarm = new Alarm({ forMs, keepMs }, 1);
  return [...pattern].flatMap((sign, i) => alarm.evaluate(0, sign === "x", i * EVERY_MS) ?? []);
}

test("an alert fires at the first evaluation at which its condition has held for as long as the rule says", () => {
  expect(episodesOf("...xxxxxxx", 30_000)).toEqual([{ group: 0, pendingMs: 15_000, firingMs: 45_000, resolvedMs: -1 }]);
  expect(episodesOf("...xxxxxx", 30_000)).toEqual([]); // 40 s: 25 s by then
  expect(episodesOf("x", 0)).toEqual([{ group: 0, pendingMs: 0, firingMs: 0, resolvedMs: -1 }]);
  expect(episodesOf("xxxx", 7_000)[0]!.firingMs).toBe(10_000); // no evaluation at 7 s
});

test("one evaluation at which the condition does not hold begins the count again", () => {
  expect(episodesOf("...x.xxxxxx", 30_000)).toEqual([]);
  expect(episodesOf("...x.xxxxxxx", 30_000)[0]).toMatchObject({ pendingMs: 25_000, firingMs: 55_000 });
});

test("an alert is over at the first evaluation at which its condition does not hold, or has not for the time that it is kept", () => {
  expect(episodesOf("xx..x", 5_000)[0]!.resolvedMs).toBe(10_000);
  expect(episodesOf("xx....", 5_000, 10_000)[0]!.resolvedMs).toBe(20_000); // false since 10 s
  expect(episodesOf("xx.xx.x", 5_000, 10_000)).toEqual([{ group: 0, pendingMs: 0, firingMs: 5_000, resolvedMs: -1 }]);
});

test("what is pending at the end is reported, and how long the longest was", () => {
  const alarm = new Alarm({ forMs: 30_000, keepMs: 0 }, 2);
  for (const [i, holds] of [true, true, true, false, true, true].entries()) alarm.evaluate(1, holds, i * EVERY_MS);
  expect(alarm.pending()).toEqual([{ group: 1, pendingMs: 20_000, firingMs: -1, resolvedMs: -1 }]);
  expect(alarm.longestPendingMs).toBe(10_000);
  expect(alarm.episodes).toBe(2);
});

test("an alert is pending, then it fires, and of two only the one that holds", () => {
  const alarm = new Alarm({ forMs: 5_000, keepMs: 0 }, 2);
  const state = () => [0, 1].map((group) => (alarm.fires(group) ? "fires" : alarm.isPending(group) ? "pending" : "none"));
  expect([state(), alarm.isActive]).toEqual([["none", "none"], false]);
  alarm.evaluate(1, true, 0);
  expect([state(), alarm.isActive]).toEqual([["none", "pending"], true]);
  alarm.evaluate(1, true, 5_000);
  expect([state(), alarm.isActive]).toEqual([["none", "fires"], true]);
  alarm.evaluate(0, true, 5_000);
  alarm.evaluate(1, false, 10_000);
  expect([state(), alarm.isActive]).toEqual([["pending", "none"], true]);
  alarm.evaluate(0, false, 10_000);
  expect([state(), alarm.isActive, alarm.episodes]).toEqual([["none", "none"], false, 2]);
});
