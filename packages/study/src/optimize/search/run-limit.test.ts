import fc from "fast-check";
import { expect, test } from "vitest";
import { runLimit } from "./run-limit.ts";

const instant = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 1, max: 1e15, noNaN: true }));

test("a limit is the last instant at which a run may win", () => {
  fc.assert(
    fc.property(instant, instant, (firstNs, endNs) => {
      const limit = runLimit(({ firstTokens, end }) => firstTokens < firstNs * 1e-9 && end < endNs * 1e-9);
      for (const [found, least] of [
        [limit.firstTokensNs, firstNs],
        [limit.endNs, endNs],
      ] as const) {
        expect(found === 0 || found * 1e-9 < least * 1e-9).toBe(true);
        expect((found + 1) * 1e-9).toBeGreaterThanOrEqual(least * 1e-9);
      }
    }),
    { numRuns: drawnCases(300) },
  );
});

test("a run that may win whenever it ends has no limit that simulated time could reach", () => {
  expect(runLimit(() => true)).toEqual({ firstTokensNs: Number.MAX_SAFE_INTEGER, endNs: Number.MAX_SAFE_INTEGER });
});
