import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Ledger } from "./ledger.ts";

const result = (from: number, cases: number) => ({
  from,
  cases,
  counts: { ran: cases, refused: 0, "given up": 0, fault: 0 },
  slowest: { number: from, ms: 1 },
  faults: [],
});

test("a campaign that was broken off tries what is left, each case once", () => {
  const range = fc.record({ from: fc.nat(40), cases: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 9 }), (ranges, most) => {
      const folder = mkdtempSync(join(tmpdir(), "tokenyard-ledger-"));
      try {
        const times = new Map<number, number>();
        for (const { from, cases } of ranges) {
          const ledger = new Ledger(folder, 7);
          for (const slice of [...ledger.untried(from, from + cases, most)]) {
            expect(slice.cases).toBeLessThanOrEqual(most);
            for (let i = 0; i < slice.cases; i++) times.set(slice.from + i, (times.get(slice.from + i) ?? 0) + 1);
            ledger.add(result(slice.from, slice.cases));
          }
          appendFileSync(join(folder, "seed-7.jsonl"), '{"from": 3, "cas'); // killed in the midst of a line
        }
        const asked = new Set(ranges.flatMap(({ from, cases }) => Array.from({ length: cases }, (_, i) => from + i)));
        expect(new Set(times.keys())).toEqual(asked);
        expect(new Set(times.values())).toEqual(new Set([1]));
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 30 },
  );
});
