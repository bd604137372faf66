import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchLog } from "./batch-log.ts";

test("micro-batches that follow each other share a batch, of all layers together; there are never more than 40", () => {
  const log = new BatchLog();
  for (let pass = 0; pass < 41; pass++) for (const key of [0, 7]) log.add(key, 10, pass);
  const { microBatches, routed, dropped } = log.columns();
  expect(microBatches).toBe(2);
  expect(routed).toHaveLength(21);
  expect([routed[0], routed[20]]).toEqual([40, 20]); // 2 passes × 2 layers × 10, and a last one of one pass
  expect([dropped[0], dropped[1], dropped[20]]).toEqual([2, 10, 80]); // 2 × (0 + 1), 2 × (2 + 3), 2 × 40
});

test("batches hold all that was reported, and are the same in whatever order stages report", () => {
  const pass = fc.record({ key: fc.nat(3), routed: fc.nat(1000), dropped: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(pass, { minLength: 1, maxLength: 400 }), (passes) => {
      const [asRecorded, byKey] = [new BatchLog(), new BatchLog()];
      for (const { key, routed, dropped } of passes) asRecorded.add(key, routed, dropped);
      for (const { key, routed, dropped } of passes.toSorted((a, b) => b.key - a.key)) byKey.add(key, routed, dropped);
      const columns = asRecorded.columns();
      expect(byKey.columns()).toEqual(columns);
      expect(columns.routed.length).toBeLessThanOrEqual(40);
      const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
      expect(sum(columns.routed)).toBe(passes.reduce((total, { routed }) => total + routed, 0));
      expect(sum(columns.dropped)).toBe(passes.reduce((total, { dropped }) => total + dropped, 0));
    }),
  );
});
