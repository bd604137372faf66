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
      const levels = new Levels([1], most);
      let nowNs = 0;
      const placed = spells.map((each) => {
        const fromNs = nowNs;
        levels.change(0, nowNs, each);
        nowNs += each.ns;
        levels.passed(Float64Array.of(nowNs), 1, each.tokens);
        return { ...each, fromNs, toNs: nowNs };
      });
      const columns = levels.columns(nowNs, 9, { lastArrivalNs: 0, waitForAnswers: "none" as const });
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

test("blocks that were added at steps of any length, reported late, are held as if they had been reported at each", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 40 });
  const opened = fc.array(fc.nat(9), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, fc.nat(9), opened, fc.nat(1), (lengths, before, openedBy, change) => {
      const endsNs = Float64Array.from(lengths);
      for (let i = 0; i < endsNs.length; i++) endsNs[i] = (i === 0 ? 1_000_000 : endsNs[i - 1]!) + lengths[i]!;
      const endNs = endsNs.at(-1)! + 5;
      const changeNs = 1_000_000 + Math.floor(((endNs - 1_000_000) * change) / 2) + change; // a request comes meanwhile, or had come before
      const blocks = (heldBlocks: number, waiting: number) => ({ running: 1, waiting, heldBlocks });
      const late = new Levels([1], 9);
      late.change(0, 0, blocks(before, 0));
      late.change(0, changeNs, blocks(before, 1));
      late.rise(0, endsNs, 0, endsNs.length, Float64Array.from(openedBy));
      const atOnce = new Levels([1], 9);
      atOnce.change(0, 0, blocks(before, 0));
      let held = before;
      for (const [i, ns] of endsNs.entries()) {
        held += openedBy[i % openedBy.length]!;
        atOnce.change(0, ns, blocks(held, 0));
      }
      const end = { lastArrivalNs: 0, waitForAnswers: "none" as const };
      const expected = atOnce.columns(endNs, 9, end);
      const columns = late.columns(endNs, 9, end);
      expect(columns.blocksNs).toEqual(expected.blocksNs);
      expect(columns.waitingNs.reduce((sum, ns) => sum + ns)).toBe(endNs - changeNs);
      expect(late.heldNs(endNs)).toEqual(atOnce.heldNs(endNs));
    }),
  );
});
