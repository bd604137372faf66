import fc from "fast-check";
import { expect, test } from "vitest";
import { Levels } from "./levels.ts";

/** For so many nanoseconds so many sequences run and wait, with so many blocks; then a pass of so many tokens ends. */
const spell = fc.record({
  ns: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 1e9 })),
  running: fc.nat(9),
  waiting: fc.nat(9),
  heldBlocks: fc.nat(9),
  tokens: fc.nat(99),
});

test("each bucket holds what a slow sum over the spells gives, however far time leaps", () => {
  fc.assert(
    fc.property(fc.array(spell, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (spells, most) => {
      const levels = new Levels(1, most);
      let nowNs = 0;
      const placed = spells.map((each) => {
        const fromNs = nowNs;
        levels.change(0, nowNs, each);
        nowNs += each.ns;
        levels.passed(Float64Array.of(nowNs), 1, each.tokens);
        return { ...each, fromNs, toNs: nowNs };
      });
      const columns = levels.columns(nowNs, 9, { lastArrivalNs: 0, waitsForAnswers: false });
      const { bucketNs } = columns;
      expect(most * bucketNs).toBeGreaterThan(nowNs);
      for (let bucket = 0; bucket < most; bucket++) {
        const fromNs = bucket * bucketNs;
        const sum = (of: (each: (typeof placed)[number]) => number) => placed.reduce((total, each) => total + of(each), 0);
        const within = (from: number, to: number) => Math.max(0, Math.min(to, fromNs + bucketNs) - Math.max(from, fromNs));
        const ended = (atNs: number) => atNs >= fromNs && atNs < fromNs + bucketNs;
        expect(columns.runningNs[bucket]).toBe(sum((each) => each.running * within(each.fromNs, each.toNs)));
        expect(columns.waitingNs[bucket]).toBe(sum((each) => each.waiting * within(each.fromNs, each.toNs)));
        expect(columns.blocksNs[bucket]).toBe(sum((each) => each.heldBlocks * within(each.fromNs, each.toNs)));
        expect(columns.tokens[bucket]).toBe(sum((each) => (ended(each.toNs) ? each.tokens : 0)));
        expect(columns.passes[bucket]).toBe(sum((each) => (ended(each.toNs) ? 1 : 0)));
      }
    }),
  );
});

test("blocks that rise evenly, told late, are held as if they had risen in many small steps", () => {
  const time = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(fc.array(time, { minLength: 3, maxLength: 3 }), fc.nat(9), fc.nat(9), (times, before, more) => {
      const [fromNs, toNs, changeNs] = times.map((ns) => 1_000_000 + ns * 1_000) as [number, number, number];
      fc.pre(fromNs < toNs);
      const at = (heldBlocks: number, waiting: number) => ({ running: 1, waiting, heldBlocks });
      const told = new Levels(1, 9);
      told.change(0, 0, at(before, 0));
      told.change(0, changeNs, at(before, 1)); // somebody comes, before it is known that blocks have risen or are about to
      told.rise(0, fromNs, toNs, before + more);
      const stepped = new Levels(1, 9);
      const STEPS = 1000;
      const ns = (i: number) => fromNs + Math.round(((i + 0.5) * (toNs - fromNs)) / STEPS);
      stepped.change(0, 0, at(before, 0));
      for (let i = 0; i < STEPS; i++) stepped.change(0, ns(i), at(before + (more * (i + 1)) / STEPS, 0));
      const end = { lastArrivalNs: 0, waitsForAnswers: false };
      const expected = stepped.columns(3_000_000, 9, end);
      const columns = told.columns(3_000_000, 9, end);
      for (const [bucket, blocksNs] of expected.blocksNs.entries()) {
        expect(Math.abs(columns.blocksNs[bucket]! - blocksNs)).toBeLessThanOrEqual(more * (2 + (toNs - fromNs) / STEPS));
      }
      expect(columns.waitingNs.reduce((sum, each) => sum + each)).toBe(3_000_000 - changeNs);
      expect(told.heldNs[0]).toBeCloseTo(
        columns.blocksNs.reduce((sum, each) => sum + each),
        3,
      );
    }),
  );
});
