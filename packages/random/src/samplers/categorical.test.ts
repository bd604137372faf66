import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { Streams } from "../streams.ts";
import { categorical } from "./categorical.ts";
import { expectLaw } from "./goodness-of-fit.contract.ts";

function runningSums(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}

describe("categorical", () => {
  test("draws each index as often as its weight", () => {
    const stream = new Streams(1).stream("categories");
    expectLaw(() => categorical(stream, runningSums([2, 0, 5, 1, 0, 2])), 0, [0.2, 0, 0.5, 0.1, 0, 0.2]);
  });

  const weights = fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }).filter((list) => list.some((weight) => weight > 0));
  test.prop([weights, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })])(
    "finds what a walk along the sums finds",
    (weights, u) => {
      const sums = runningSums(weights);
      const walked = sums.findIndex((sum) => sum > u * sums.at(-1)!);
      const index = categorical({ next: () => u, bits: () => 0 }, sums);
      expect(index).toBe(walked);
      expect(weights[index]).toBeGreaterThan(0);
    },
  );
});
