import { type ExpertSlots, expertSlots } from "@tokenyard/placement";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ExpertLoad } from "./expert-load.ts";

const EXPERTS = 8;

/** Ranks that hold what they hold, every expert somewhere and some twice or more. */
const anySlots = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.nat(), { minLength: EXPERTS, maxLength: EXPERTS }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }),
  )
  .map(([ranks, homes, more]) => {
    const held = Array.from({ length: ranks }, (): number[] => []);
    for (const [x, home] of homes.entries()) held[home % ranks]!.push(x);
    for (const [x, home] of more) held[home % ranks]!.push(x % EXPERTS); // perhaps on a rank that has it
    return expertSlots(EXPERTS, held);
  });
const anyCopies = fc.array(fc.array(fc.oneof(fc.nat(4), fc.nat(400)), { minLength: EXPERTS, maxLength: EXPERTS }), {
  minLength: 1,
  maxLength: 6,
});

function loadOf(slots: ExpertSlots, copies: readonly (readonly number[])[], byLoad: boolean): ExpertLoad {
  const load = new ExpertLoad(copies.length, { count: EXPERTS, topK: 2 }, 1);
  if (byLoad) load.splitByLoad();
  load.enter(0, slots, undefined);
  load.copies.set(copies.flat());
  load.route(copies.map(() => 1));
  load.settle();
  return load;
}

test("by load an expert's copies of tokens are all sent, from each source whole and to its slots alone", () => {
  fc.assert(
    fc.property(anySlots, anyCopies, (slots, copies) => {
      const load = loadOf(slots, copies, true);
      const count = slots.expertIn.length;
      for (const [source, of] of copies.entries()) {
        for (const [x, sum] of of.entries()) {
          const own = [...slots.expertIn.keys()].filter((slot) => slots.expertIn[slot] === x);
          const given = own.map((slot) => (slots.inOrder ? load.copies : load.sent)[source * count + slot]!);
          expect(given.every((n) => n >= 0 && Number.isInteger(n))).toBe(true);
          expect(given.reduce((all, each) => all + each, 0)).toBe(sum);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("by load the fullest rank has no more than evenly, give or take what does not divide, and often less", () => {
  let less = 0;
  fc.assert(
    fc.property(anySlots, anyCopies, (slots, copies) => {
      const most = (byLoad: boolean) => Math.max(...loadOf(slots, copies, byLoad).rankRows);
      const [even, own] = [most(false), most(true)];
      expect(own).toBeLessThanOrEqual(even + EXPERTS);
      less += Number(own < even);
    }),
    { numRuns: 200 },
  );
  expect(less).toBeGreaterThan(40);
});

test("one hot expert on two ranks fills the emptier one up: 10 and 40 beside it, 100 of its own", () => {
  const slots = expertSlots(3, [
    [0, 1],
    [0, 2],
  ]);
  const load = new ExpertLoad(2, { count: 3, topK: 1 }, 1);
  load.splitByLoad();
  load.enter(0, slots, undefined);
  load.copies.set([50, 10, 0, 50, 0, 40]);
  load.route([60, 90]);
  load.settle();
  expect([...load.rankRows]).toEqual([75, 75]); // 10 + 65, 40 + 35
  expect([...load.sent]).toEqual([33, 10, 17, 0, 32, 0, 18, 40]);
});

test("a load that goes from layer to layer shares as one that only knows the layer, where other ranks hold as many slots", {
  tags: "long",
}, () => {
  fc.assert(
    fc.property(anySlots, anySlots, anyCopies, (before, slots, copies) => {
      fc.pre(before.expertIn.length === slots.expertIn.length && before.offsets.length === slots.offsets.length);
      const fresh = loadOf(slots, copies, true);
      const load = loadOf(before, copies, true);
      load.enter(1, slots, undefined);
      load.copies.set(copies.flat());
      load.route(copies.map(() => 1));
      load.settle();
      expect(load.rankRows).toEqual(fresh.rankRows);
    }),
    { numRuns: 200 },
  );
});
