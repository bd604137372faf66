import fc from "fast-check";
import { expect, test } from "vitest";
import { HostLink } from "./host-link.ts";

test("what is loaded ahead has what misses leave", () => {
  const link = new HostLink();
  link.take(10, 5); // a miss
  expect(link.fill(0, 20, 100)).toBe(15); // 0 to 10, and 15 to 20
  expect(link.fill(0, 20, 1)).toBe(0);
  expect(link.fill(0, 22, 100)).toBe(2);
  link.take(22, 3);
  expect(link.fill(5, 30, 4)).toBe(4); // 25 to 29
  expect(link.fill(5, 30, 4)).toBe(1);
});

test("a link is never taken twice: as much is found free as a line of whole nanoseconds has that was not taken", () => {
  const step = fc.record({ ahead: fc.nat(12), length: fc.integer({ min: 1, max: 12 }), miss: fc.nat(6), ns: fc.nat(14) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const link = new HostLink();
      const line = new Set<number>();
      let from = 0;
      let now = 0;
      for (const { ahead, length, miss, ns } of steps) {
        from = Math.min(now, from + ahead); // guesses since then, until now
        now += length;
        let found = 0;
        for (let t = from; t < now && found < ns; t++) {
          if (line.has(t)) continue;
          line.add(t);
          found++;
        }
        expect(link.fill(from, now, ns)).toBe(found);
        link.take(now, miss);
        for (let t = now; t < now + miss; t++) line.add(t);
        now += miss;
      }
    }),
  );
});
