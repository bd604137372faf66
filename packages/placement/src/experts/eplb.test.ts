import fc from "fast-check";
import { expect, test } from "vitest";
import { eplb } from "./eplb.ts";

// The two layers of the example in EPLB's README: 12 experts in 4 groups, 16 slots on 8 ranks of 2 nodes.
const LAYERS = [
  [90, 132, 40, 61, 104, 165, 39, 4, 73, 56, 183, 86],
  [20, 107, 104, 64, 19, 197, 187, 157, 172, 86, 16, 27],
];

/** What comes to each rank, each expert's load split evenly over its copies. */
function rankLoads(loads: readonly number[], held: readonly (readonly number[])[]): number[] {
  const copies = loads.map((_, x) => held.flat().filter((other) => other === x).length);
  return held.map((own) => own.reduce((sum, x) => sum + loads[x]! / copies[x]!, 0));
}

test.each([
  [0, "hierarchical", 4, 2, [121.5, 86.5, 125, 113, 147.5, 131.5, 156, 152]],
  [0, "global", 1, 1, [130.5, 95.5, 130, 138, 138.5, 134.5, 134, 132]],
  [1, "hierarchical", 4, 2, [173, 179.5, 120.5, 172, 123, 152, 118.5, 117.5]],
  [1, "global", 1, 1, [123, 123, 125.5, 118.5, 172, 157.5, 172, 164.5]],
] as const)("layer %s of EPLB's own example comes out as it is published: %s", (layer, _, groups, nodes, wanted) => {
  const loads = LAYERS[layer]!;
  expect(rankLoads(loads, eplb(loads, { slots: 16, ranks: 8, groups, nodes }))).toEqual(wanted);
});

const anyLoads = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 40 });

test("every expert has a slot, all slots are given, and ranks differ by one of them at most", () => {
  fc.assert(
    fc.property(anyLoads, fc.nat(30), fc.integer({ min: 1, max: 12 }), (loads, spare, ranks) => {
      const slots = loads.length + spare;
      const held = eplb(loads, { slots, ranks, groups: 1, nodes: 1 });
      expect(held.length).toBe(ranks);
      expect(held.flat().length).toBe(slots);
      expect(new Set(held.flat()).size).toBe(loads.length);
      const sizes = held.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test("more spare slots never leave the busiest copy with more to do", () => {
  const busiest = (loads: readonly number[], slots: number, ranks: number) => {
    const held = eplb(loads, { slots, ranks, groups: 1, nodes: 1 }).flat();
    return Math.max(...loads.map((load, x) => load / held.filter((other) => other === x).length));
  };
  fc.assert(
    fc.property(anyLoads, fc.nat(12), fc.integer({ min: 2, max: 8 }), (loads, spare, ranks) => {
      const slots = loads.length + spare;
      expect(busiest(loads, slots + 1, ranks)).toBeLessThanOrEqual(busiest(loads, slots, ranks));
    }),
  );
});

test("by hand: where slots are more than ranks have alike, the first ranks have one more", () => {
  // experts 0 and 1 have two copies: 5, 5, 3, 3 and 5 of expert 2; room for three and two
  expect(eplb([10, 6, 5], { slots: 5, ranks: 2, groups: 1, nodes: 1 })).toEqual([
    [0, 2, 1],
    [0, 1],
  ]);
  expect(eplb([1, 1, 1, 1, 1], { slots: 5, ranks: 3, groups: 1, nodes: 1 }).map(({ length }) => length)).toEqual([2, 2, 1]);
});
