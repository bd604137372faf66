import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DropOverflow } from "./drop.ts";
import { overflowContract, routedCopies, totalsOf } from "./overflow.contract.ts";

overflowContract({ kind: "drop" });

test("no expert keeps more than its capacity, and a full one keeps exactly that", () => {
  fc.assert(
    fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), ({ sources, experts, seed, copies }, capacity) => {
      const before = totalsOf(copies, experts);
      new DropOverflow().cut(copies, sources, experts, capacity, new Streams(seed).stream("overflow"));
      expect(totalsOf(copies, experts)).toEqual(before.map((total) => Math.min(total, capacity)));
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
    const copies = new Float64Array(3);
    for (let draw = 0; draw < draws; draw++) {
      copies.set([10, 25, 5]);
      overflow.cut(copies, 3, 1, capacity, stream);
      copies.forEach((n, source) => {
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
  new DropOverflow().cut(Float64Array.of(5, 1, 5, 1), 2, 2, 10, stream);
  expect(drawn).toHaveLength(0);
  new DropOverflow().cut(Float64Array.of(5, 1, 5, 1), 2, 2, 9, stream);
  expect(drawn.length).toBeGreaterThan(0);
});
