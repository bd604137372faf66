import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyTable } from "./key-table.ts";

test("finds what is in it and nothing else, as a map would, however the keys collide", () => {
  // Few low words, so that many keys want the same place; entries 0 … 63 with keys of their own.
  const highs = Int32Array.from({ length: 64 }, (_, entry) => entry);
  const lows = Int32Array.from({ length: 64 }, (_, entry) => [30, 31, -1, 0][entry % 4]!);
  fc.assert(
    fc.property(fc.array(fc.nat(63), { maxLength: 300 }), (changes) => {
      const table = new KeyTable();
      const there = new Set<number>();
      for (const entry of changes) {
        if (there.delete(entry)) table.remove(entry, lows);
        else {
          there.add(entry);
          table.add(entry, lows);
        }
        for (let e = 0; e < 64; e++) expect(table.find(highs[e]!, lows[e]!, highs, lows)).toBe(there.has(e) ? e : -1);
      }
    }),
    { numRuns: drawnCases(60) },
  );
});
