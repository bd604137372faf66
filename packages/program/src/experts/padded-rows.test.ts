import { expertSlots } from "@tokenyard/placement";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PaddedRows } from "./padded-rows.ts";

const held = [[0, 1, 0], [2, -1], [3]]; // expert 0 twice, an empty slot
const slots = expertSlots(4, held);

test("experts are filled up to their capacity, those with several slots to an even share in each; an empty slot computes nothing", () => {
  const padded = new PaddedRows();
  padded.fill(Float64Array.of(3, 0, 2, 7, 0, 1), 9, slots);
  expect([...padded.rows]).toEqual([5, 9, 5, 9, 0, 9]); // ⌈9/2⌉
  expect([...padded.rankRows]).toEqual([19, 9, 9]);
  expect([...padded.rankActive]).toEqual([3, 1, 1]);
});

test("padding adds rows and takes none, the more the larger the capacity", () => {
  const rows = fc
    .array(fc.nat(20), { minLength: 6, maxLength: 6 })
    .map((counts) => Float64Array.from(counts, (n, slot) => (slot === 4 ? 0 : n)));
  fc.assert(
    fc.property(rows, fc.nat(30), fc.nat(30), (given, capacity, more) => {
      const padded = new PaddedRows();
      padded.fill(given, capacity, slots);
      const before = padded.rows.slice();
      padded.fill(given, capacity + more, slots);
      before.forEach((n, slot) => {
        expect(n).toBeGreaterThanOrEqual(given[slot]!);
        expect(padded.rows[slot]).toBeGreaterThanOrEqual(n);
      });
      expect([...padded.rankRows].reduce((sum, n) => sum + n, 0)).toBe(padded.rows.reduce((sum, n) => sum + n, 0));
    }),
  );
});
