import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Crowd } from "../capacity/overflow.ts";
import { DropOverflow } from "./drop.ts";
import { DropByPosition } from "./drop-by-position.ts";
import { crowdOf, cutBy, overflowContract, routedCopies, totalsOf } from "./overflow.contract.ts";

overflowContract({ kind: "drop" });
overflowContract({ kind: "drop", by: "position" });

const crowd = (copies: readonly number[], experts: number): Crowd => ({
  copies: Float64Array.from(copies),
  experts,
  from: 0,
  end: copies.length / experts,
  tokens: copies.map(() => 100),
  chances: undefined,
  regions: undefined,
});
const noFates = () => ({ rerouted: 0, dropped: 0, masked: 0 });

test("no expert keeps more than its capacity, and a full one keeps exactly that, whichever copies it drops", () => {
  fc.assert(
    fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), (routed, capacity) => {
      for (const overflow of [new DropOverflow(), new DropByPosition()]) {
        const { copies, fates } = cutBy(overflow, routed, capacity);
        const before = totalsOf(routed.copies, routed.experts);
        expect(totalsOf(copies, routed.experts)).toEqual(before.map((total) => Math.min(total, capacity)));
        expect(fates.dropped).toBe(before.reduce((sum, total) => sum + Math.max(0, total - capacity), 0));
      }
    }),
  );
});

test("the same copies are dropped, whether an expert's are added up or not", () => {
  fc.assert(
    fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), (routed, capacity) => {
      const cut = (totals: readonly number[] | undefined) => {
        const crowd = { ...crowdOf(routed), totals };
        new DropOverflow().cut(crowd, capacity, new Streams(routed.seed).stream("overflow"), noFates());
        return crowd.copies;
      };
      expect(cut(totalsOf(routed.copies, routed.experts))).toEqual(cut(undefined));
    }),
  );
});

for (const capacity of [8, 32]) {
  // of 40 copies: 8 kept are fewer than 32 dropped, 32 kept are more than 8 dropped
  test(`every copy is as likely to be among the ${capacity} kept of 40`, () => {
    const overflow = new DropOverflow();
    const stream = new Streams(3).stream("overflow");
    const draws = 20_000;
    const kept = [0, 0, 0];
    const given = crowd([0, 0, 0], 1);
    for (let draw = 0; draw < draws; draw++) {
      given.copies.set([10, 25, 5]);
      overflow.cut(given, capacity, stream, noFates());
      given.copies.forEach((n, source) => {
        kept[source]! += n;
      });
    }
    [10, 25, 5].forEach((n, source) => {
      // hypergeometric: mean capacity·n/40, variance capacity·(n/40)·(1 − n/40)·(40 − capacity)/39
      const deviation = Math.sqrt((capacity * (n / 40) * (1 - n / 40) * (40 - capacity)) / 39 / draws);
      expect(Math.abs(kept[source]! / draws - (capacity * n) / 40)).toBeLessThan(4.5 * deviation);
    });
  });
}

test("an expert that is not full draws nothing", () => {
  const drawn: number[] = [];
  const stream = { next: () => drawn.push(0) / 10, bits: () => drawn.push(0) };
  new DropOverflow().cut(crowd([5, 1, 5, 1], 2), 10, stream, noFates());
  expect(drawn).toHaveLength(0);
  new DropOverflow().cut(crowd([5, 1, 5, 1], 2), 9, stream, noFates());
  expect(drawn.length).toBeGreaterThan(0);
});

test("by position the copies of later data groups are dropped first, and nothing is drawn", () => {
  const given = crowd([10, 0, 25, 3, 5, 9], 2); // three sources, two experts
  const fates = noFates();
  new DropByPosition().cut(given, 11, { next: () => expect.unreachable("it drew"), bits: () => expect.unreachable("it drew") }, fates);
  expect([...given.copies]).toEqual([10, 0, 1, 3, 0, 8]);
  expect(fates).toEqual({ rerouted: 0, dropped: 24 + 5 + 1, masked: 0 });
});
