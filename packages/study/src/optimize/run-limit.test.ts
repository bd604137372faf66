import fc from "fast-check";
import { expect, test } from "vitest";
import { runLimit } from "./run-limit.ts";

const instant = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 1, max: 1e15, noNaN: true }));

test("a limit is an instant at which a run cannot win any more, and hardly later than the first such", () => {
  fc.assert(
    fc.property(instant, instant, (firstNs, endNs) => {
      const limit = runLimit(({ firstTokens, end }) => firstTokens < firstNs * 1e-9 && end < endNs * 1e-9);
      for (const [found, least] of [
        [limit.firstTokensNs, firstNs],
        [limit.endNs, endNs],
      ] as const) {
        expect(found).toBeGreaterThanOrEqual(least * (1 - 1e-12));
        expect(found).toBeLessThanOrEqual(Math.max(1000, least * 1.001 + 2));
      }
    }),
    { numRuns: 300 },
  );
});

test("a run that may win whenever it ends has no limit that simulated time could reach", () => {
  expect(runLimit(() => true)).toEqual({ firstTokensNs: Number.MAX_SAFE_INTEGER, endNs: Number.MAX_SAFE_INTEGER });
});
