import { type Stream, Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Crowd } from "../capacity/overflow.ts";
import { chiSquare, tallied } from "../draws/token-by-token.contract.ts";
import { cutBy, overflowContract, routedCopies, totalsOf } from "./overflow.contract.ts";
import { RerouteOverflow } from "./reroute.ts";

for (const within of ["rank", "node", "any"] as const) overflowContract({ kind: "reroute", within });

test("copies are dropped only where no expert of their region has room for a further copy of their source", () => {
  fc.assert(
    fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), (routed, capacity) => {
      const { sources, experts, regions, tokens } = routed;
      const { copies } = cutBy(new RerouteOverflow("rank"), routed, capacity);
      const totals = totalsOf(copies, experts);
      for (let source = 0; source < sources; source++) {
        for (let region = 0; region < 3; region++) {
          const own = [...regions.keys()].filter((e) => regions[e] === region);
          const lost = own.reduce((sum, e) => sum + routed.copies[source * experts + e]! - copies[source * experts + e]!, 0);
          if (lost === 0) continue;
          expect(lost).toBeGreaterThan(0);
          for (const e of own) expect(totals[e]! >= capacity || copies[source * experts + e]! >= tokens[source]!).toBe(true);
        }
      }
    }),
  );
});

test("as many copies are computed as their regions have room for, where tokens have one copy each", () => {
  fc.assert(
    fc.property(routedCopies, fc.integer({ min: 0, max: 100 }), (given, capacity) => {
      const { experts, regions } = given;
      const tokens = given.tokens.map(() => Number.POSITIVE_INFINITY); // more than there are copies
      const totals = totalsOf(cutBy(new RerouteOverflow("node"), { ...given, tokens }, capacity).copies, experts);
      const routed = totalsOf(given.copies, experts);
      for (let region = 0; region < 3; region++) {
        const own = [...regions.keys()].filter((e) => regions[e] === region);
        const all = (of: readonly number[]) => own.reduce((sum, e) => sum + of[e]!, 0);
        expect(all(totals)).toBe(Math.min(all(routed), own.length * capacity));
      }
    }),
  );
});

/** Tokens with one copy each, in an order of their own: one that finds its expert full goes to another of its region with room, by chance. Copies [sources × experts]. */
function oneByOne(
  copies: readonly number[],
  experts: number,
  capacity: number,
  chances: readonly number[],
  regions: readonly number[],
  stream: Stream,
) {
  const tokens = copies.flatMap((n, at) =>
    Array.from({ length: n }, () => ({ source: Math.floor(at / experts), expert: at % experts, at: stream.next() })),
  );
  tokens.sort((a, b) => a.at - b.at);
  const out = copies.map(() => 0);
  const totals = new Array<number>(experts).fill(0);
  const go = (source: number, e: number) => {
    totals[e]!++;
    out[source * experts + e]!++;
  };
  const homeless = tokens.filter(({ source, expert }) => {
    if (totals[expert]! >= capacity) return true;
    go(source, expert);
    return false;
  });
  for (const { source, expert } of homeless) {
    const open = totals.flatMap((total, e) => (total < capacity && regions[e] === regions[expert] ? [e] : []));
    if (open.length === 0) continue;
    let left = stream.next() * open.reduce((sum, e) => sum + chances[e]!, 0);
    const found = open.find((e) => {
      left -= chances[e]!;
      return left < 0;
    });
    go(source, found ?? open.at(-1)!);
  }
  return out;
}

describe("copies of tokens with one each are rerouted as by tokens that look for room one after another", () => {
  for (const [name, copies, experts, capacity, chances, regions] of [
    ["one overfull expert, room for some", [4, 0, 1, 2, 1, 0], 3, 3, [1, 2, 5], [0, 0, 0]],
    ["all full in the end", [4, 1, 0, 3, 0, 0], 3, 2, [1, 2, 5], [0, 0, 0]],
    ["popular experts fill up on the way", [5, 0, 0, 0, 4, 0, 1, 0], 4, 3, [4, 3, 2, 1], [0, 0, 0, 0]],
    ["two regions", [5, 0, 0, 0, 1, 0, 0, 4, 1, 0, 0, 0], 6, 3, [4, 3, 2, 1, 2, 2], [0, 1, 0, 1, 0, 1]],
    ["three sources", [3, 0, 0, 2, 1, 0, 2, 0, 1], 3, 4, [1, 1, 3], [0, 0, 0]],
  ] as const) {
    test(name, () => {
      const given: Crowd = {
        copies: new Float64Array(copies.length),
        experts,
        from: 0,
        end: copies.length / experts,
        tokens: copies.map(() => 100),
        chances,
        regions: Int32Array.from(regions),
      };
      const overflow = new RerouteOverflow("any");
      const stream = new Streams(7).stream("overflow");
      const slow = new Streams(8).stream("slow");
      const { statistic, freedom } = chiSquare(
        tallied(20_000, () => {
          given.copies.set(copies);
          overflow.cut(given, capacity, stream, { rerouted: 0, dropped: 0, masked: 0 });
          return given.copies;
        }),
        tallied(20_000, () => oneByOne(copies, experts, capacity, chances, regions, slow)),
      );
      expect(freedom).toBeGreaterThan(3);
      expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
    });
  }
});
