import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { expectMoments, expectShares, TENTHS } from "./goodness-of-fit.contract.ts";
import { uniform } from "./uniform.ts";

describe("uniform", () => {
  test("gives every tenth of its range as often", () => {
    const stream = new Streams(1).stream("uniform");
    const edges = Array.from({ length: 9 }, (_, i) => -3 + (i + 1) * 0.5);
    expectShares(() => uniform(stream, -3, 2), edges, TENTHS);
    expectMoments(() => uniform(stream, -3, 2), -0.5, 5 / Math.sqrt(12), 1.8);
  });

  test.prop([fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.double({ noNaN: true, min: 0, max: 1e9 }), fc.nat()])(
    "stays within its range",
    (from, width, seed) => {
      const x = uniform(new Streams(seed).stream("range"), from, from + width);
      expect(x).toBeGreaterThanOrEqual(from);
      expect(x).toBeLessThanOrEqual(from + width);
    },
  );
});
