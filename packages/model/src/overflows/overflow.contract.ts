import { Streams } from "@tokenyard/random";
import type { RoutingSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Crowd, Fates, Overflow } from "../capacity/overflow.ts";
import { createOverflow } from "../policies.ts";

/** Copies [sources × experts] of tokens that have `topK` of them each, and the seed of the draws. */
export interface Routed {
  readonly sources: number;
  readonly experts: number;
  readonly seed: number;
  readonly copies: Float64Array;
  readonly tokens: readonly number[]; // [sources]
  /** [experts] */
  readonly chances: readonly number[];
  readonly regions: Int32Array; // [experts]
}

export const routedCopies: fc.Arbitrary<Routed> = fc
  .record({
    sources: fc.integer({ min: 1, max: 6 }),
    experts: fc.integer({ min: 1, max: 8 }),
    most: fc.constantFrom(3, 40, 100_000),
    seed: fc.nat(),
    regions: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ sources, experts, most, seed, regions }) =>
    fc
      .tuple(
        fc.array(fc.integer({ min: 0, max: most }), { minLength: sources * experts, maxLength: sources * experts }),
        fc.array(fc.constantFrom(0, 0.1, 1, 3), { minLength: experts, maxLength: experts }),
        fc.integer({ min: 0, max: most }),
      )
      .map(([copies, chances, more]) => {
        const rows = Array.from({ length: sources }, (_, s) => copies.slice(s * experts, (s + 1) * experts));
        const tokens = rows.map((row) => Math.max(...row) + more);
        const region = Int32Array.from({ length: experts }, (_, e) => e % Math.min(regions, experts));
        return { sources, experts, seed, copies: Float64Array.from(copies), tokens, chances, regions: region };
      }),
  );

/** `routed` with copies of its own, for a policy to change. */
export function crowdOf({ copies, experts, sources, tokens, chances, regions }: Routed): Crowd {
  return { copies: copies.slice(), experts, from: 0, end: sources, tokens, chances, regions };
}

/** What `overflow` leaves of `routed`, and what becomes of the rest. */
export function cutBy(overflow: Overflow, routed: Routed, capacity: number): { readonly copies: Float64Array; readonly fates: Fates } {
  const crowd = crowdOf(routed);
  const fates = { rerouted: 0, dropped: 0, masked: 0 };
  overflow.cut(crowd, capacity, new Streams(routed.seed).stream("overflow"), fates);
  return { copies: crowd.copies, fates };
}

/** Copies [experts] over all sources. */
export function totalsOf(copies: Float64Array, experts: number): number[] {
  const totals = new Array<number>(experts).fill(0);
  copies.forEach((n, i) => {
    totals[i % experts]! += n;
  });
  return totals;
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, n) => total + n, 0);

/** What every overflow policy owes. */
export function overflowContract(spec: RoutingSpec["overflow"]): void {
  describe(`overflow ${JSON.stringify(spec)}`, () => {
    test("conserves copies: routed = kept + rerouted + dropped + masked, and what is computed is kept or rerouted", () => {
      fc.assert(
        fc.property(routedCopies, fc.integer({ min: 0, max: 200_000 }), (routed, capacity) => {
          const { copies, fates } = cutBy(createOverflow(spec), routed, capacity);
          const kept = sum(routed.copies) - fates.rerouted - fates.dropped - fates.masked;
          expect(sum(copies)).toBe(kept + fates.rerouted);
          const firstChoices = routed.copies.reduce((total, n, i) => total + Math.min(n, copies[i]!), 0);
          expect(kept).toBeLessThanOrEqual(firstChoices);
          for (const n of [...copies, ...Object.values(fates), kept]) expect(Number.isInteger(n) && n >= 0).toBe(true);
        }),
      );
    });

    test("does what it says that it may do, and nothing else", () => {
      fc.assert(
        fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), (routed, capacity) => {
          const overflow = createOverflow(spec);
          const { copies, fates } = cutBy(overflow, routed, capacity);
          if (overflow.reroutes === false) expect(fates.rerouted).toBe(0);
          if (!overflow.masks) expect(fates.masked).toBe(0);
          if (!overflow.limits) expect(copies).toEqual(routed.copies);
        }),
      );
    });

    test("leaves no expert more than its capacity, and no source more copies to one than it has tokens", () => {
      fc.assert(
        fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), (routed, capacity) => {
          const overflow = createOverflow(spec);
          const { copies } = cutBy(overflow, routed, capacity);
          if (overflow.limits) for (const total of totalsOf(copies, routed.experts)) expect(total).toBeLessThanOrEqual(capacity);
          copies.forEach((n, i) => {
            expect(n).toBeLessThanOrEqual(routed.tokens[Math.floor(i / routed.experts)]!);
          });
        }),
      );
    });

    test("changes nothing while everything fits", () => {
      fc.assert(
        fc.property(routedCopies, (routed) => {
          for (const capacity of [Math.max(...totalsOf(routed.copies, routed.experts)), Number.POSITIVE_INFINITY]) {
            const { copies, fates } = cutBy(createOverflow(spec), routed, capacity);
            expect(fates).toEqual({ rerouted: 0, dropped: 0, masked: 0 });
            expect(copies).toEqual(routed.copies);
          }
        }),
      );
    });

    test("leaves sources alone that do not compete", () => {
      fc.assert(
        fc.property(routedCopies, fc.integer({ min: 0, max: 50 }), (routed, capacity) => {
          const crowd = { ...crowdOf(routed), from: routed.sources - 1 };
          createOverflow(spec).cut(crowd, capacity, new Streams(routed.seed).stream("overflow"), { rerouted: 0, dropped: 0, masked: 0 });
          const before = (routed.sources - 1) * routed.experts;
          expect(crowd.copies.subarray(0, before)).toEqual(routed.copies.subarray(0, before));
        }),
      );
    });

    test("cuts alike from the same seed, whatever it cut before", () => {
      fc.assert(
        fc.property(routedCopies, routedCopies, fc.integer({ min: 0, max: 50 }), (given, other, capacity) => {
          const used = createOverflow(spec);
          cutBy(used, other, capacity);
          expect(cutBy(used, given, capacity)).toEqual(cutBy(createOverflow(spec), given, capacity));
        }),
      );
    });
  });
}
