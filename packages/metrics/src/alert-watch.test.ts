import { fc, test as law } from "@fast-check/vitest";
import type { AlertRuleSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { AlertWatch, type RuleOutcome } from "./alert-watch.ts";
import { watchOf } from "./rule.ts";
import { Sample } from "./sample.ts";

/** What becomes of `rule` where the two replicas have `levels` of waiting requests, every 5 s. */
function outcomeOf(rule: AlertRuleSpec, levels: readonly (readonly [number, number])[], inFlight: readonly number[] = []): RuleOutcome {
  const sample = new Sample();
  const waiting = sample.add("waiting", [["0"], ["1"]]);
  const busy = sample.add("inFlight", [[]]);
  const watch = new AlertWatch(watchOf({ every: 5, rules: [rule] }));
  for (const [i, level] of levels.entries()) {
    waiting.set(level);
    busy[0] = inFlight[i] ?? 1;
    watch.take(i * 5_000, sample);
  }
  return watch.outcomes()[0]!;
}

const levels = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 40 });
const drawn = { side: fc.constantFrom("above", "below"), for: fc.constantFrom(0, 5, 12, 20), over: fc.constantFrom(undefined, 10) };

law.prop([levels, fc.record(drawn), fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 40 }), fc.boolean()])(
  "the rule fires with any bound on the near side of its reach, and with none from there on",
  (given, { side, for: waits, over }, inFlight, apart) => {
    const rule = (bound: number): AlertRuleSpec => ({
      name: "Waits",
      metric: "waiting",
      [side]: bound,
      for: waits,
      when: "busy",
      ...(over === undefined ? {} : { over }),
      ...(apart ? { by: ["replica"] } : {}),
    });
    const { reach } = outcomeOf(rule(0), given, inFlight);
    const fires = (bound: number) => outcomeOf(rule(bound), given, inFlight).fired > 0;
    if (Number.isNaN(reach)) {
      expect(fires(side === "above" ? -1 : 100)).toBe(false);
      return;
    }
    expect(fires(reach)).toBe(false);
    expect(fires(side === "above" ? reach - 1e-6 : reach + 1e-6)).toBe(true);
  },
);

test("labels that are not asked for are put together: the most of what may not be too much, the least of what may not be too little", () => {
  const levels = [
    [1, 9],
    [1, 9],
  ] as const;
  const waiting = { name: "Waits", metric: "waiting" };
  expect(outcomeOf({ ...waiting, above: 5 }, levels).labels).toEqual([[]]);
  expect(outcomeOf({ ...waiting, above: 5 }, levels).fired).toBe(1);
  expect(outcomeOf({ ...waiting, below: 2 }, levels).fired).toBe(1);
  const apart = outcomeOf({ ...waiting, above: 5, by: ["replica"] }, levels);
  expect(apart.episodes.map(({ group }) => apart.labels[group])).toEqual([["1"]]);
});

test("`busy` holds a rule back while no request is in flight", () => {
  const rule: AlertRuleSpec = { name: "Idle", metric: "waiting", below: 1, for: 5, when: "busy" };
  const idle = [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ] as const;
  expect(outcomeOf(rule, idle, [1, 0, 1, 1]).episodes).toMatchObject([{ pendingMs: 10_000, firingMs: 15_000 }]);
});
