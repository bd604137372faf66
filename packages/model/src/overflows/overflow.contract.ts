import { Streams } from "@tokenyard/random";
import type { RoutingSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOverflow } from "../policies.ts";

/** Copies [sources × experts] and the seed of the draws. */
export const routedCopies = fc
  .record({
    sources: fc.integer({ min: 1, max: 6 }),
    experts: fc.integer({ min: 1, max: 8 }),
    most: fc.constantFrom(3, 40, 100_000),
    seed: fc.nat(),
  })
  .chain(({ sources, experts, most, seed }) =>
    fc
      .array(fc.integer({ min: 0, max: most }), { minLength: sources * experts, maxLength: sources * experts })
      .map((copies) => ({ sources, experts, seed, copies: Float64Array.from(copies) })),
  );

/** Copies [experts] over all sources. */
export function totalsOf(copies: Float64Array, experts: number): number[] {
  const totals = new Array<number>(experts).fill(0);
  copies.forEach((n, i) => {
    totals[i % experts]! += n;
  });
  return totals;
}

/** What every overflow policy owes. */
export function overflowContract(spec: RoutingSpec["overflow"]): void {
  describe(`overflow ${spec.kind}`, () => {
    test("tells how many copies it dropped, and adds none", () => {
      fc.assert(
        fc.property(routedCopies, fc.integer({ min: 0, max: 200_000 }), ({ sources, experts, seed, copies }, capacity) => {
          const kept = copies.slice();
          const dropped = createOverflow(spec).cut(kept, sources, experts, capacity, new Streams(seed).stream("overflow"));
          const sum = (counts: Float64Array) => counts.reduce((total, n) => total + n, 0);
          expect(sum(kept) + dropped).toBe(sum(copies));
          kept.forEach((n, i) => {
            expect(Number.isInteger(n) && n >= 0 && n <= copies[i]!).toBe(true);
          });
        }),
      );
    });

    test("drops copies over the capacity exactly where it says that it limits them", () => {
      fc.assert(
        fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), ({ sources, experts, seed, copies }, capacity) => {
          const overflow = createOverflow(spec);
          const over = totalsOf(copies, experts).reduce((sum, total) => sum + Math.max(0, total - capacity), 0);
          const dropped = overflow.cut(copies, sources, experts, capacity, new Streams(seed).stream("overflow"));
          expect(dropped).toBe(overflow.limits ? over : 0);
        }),
      );
    });

    test("drops nothing while everything fits", () => {
      fc.assert(
        fc.property(routedCopies, ({ sources, experts, seed, copies }) => {
          for (const capacity of [Math.max(...totalsOf(copies, experts)), Number.POSITIVE_INFINITY]) {
            const kept = copies.slice();
            expect(createOverflow(spec).cut(kept, sources, experts, capacity, new Streams(seed).stream("overflow"))).toBe(0);
            expect(kept).toEqual(copies);
          }
        }),
      );
    });

    test("cuts alike from the same seed, whatever it cut before", () => {
      fc.assert(
        fc.property(routedCopies, routedCopies, fc.integer({ min: 0, max: 50 }), (given, other, capacity) => {
          const cut = (overflow: ReturnType<typeof createOverflow>, { copies, sources, experts, seed }: typeof given) => {
            const kept = copies.slice();
            overflow.cut(kept, sources, experts, capacity, new Streams(seed).stream("overflow"));
            return kept;
          };
          const used = createOverflow(spec);
          cut(used, other);
          expect(cut(used, given)).toEqual(cut(createOverflow(spec), given));
        }),
      );
    });
  });
}
