import { fewNumbers } from "@tokenyard/numerics/drawn-plan.contract.ts";
import { parseScenario, resolvedOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { numericOutcome } from "./numeric-target.ts";
import { verify } from "./verify.ts";

const compared = (largest: number, same: number, all: number) => ({
  rows: [
    { half: "attention" as const, layer: 0, largest: largest / 2, mean: 0, steps: 0 },
    { half: "experts" as const, layer: 1, largest, mean: 0, steps: 0 },
  ],
  routings: { same, all, near: 0, first: null },
  outputs: { same: 0, all: 0 },
  divergence: null,
});

test("a bound is met at the bound itself, and where there is nothing to judge by", () => {
  const of = (name: string, target: number) => numericOutcome(name, target, compared(1e-3, 99, 100));
  expect(of("numerics.relative", 1e-3)).toEqual({ name: "numerics.relative", target: 1e-3, actual: 1e-3, met: true });
  expect(of("numerics.relative", 0.9e-3).met).toBe(false);
  expect(of("numerics.routing", 0.99)).toMatchObject({ actual: 0.99, met: true });
  expect(of("numerics.routing", 0.995).met).toBe(false);
  expect(of("numerics.tokens", 1)).toMatchObject({ actual: null, met: true });
  expect(numericOutcome("numerics.relative", 1, compared(Number.NaN, 0, 0)).met).toBe(false);
});

test("targets make verify execute the formats, and fail a plan that is right in double precision", () => {
  const judged = (targets: object) => {
    const tree = resolvedOf(
      fewNumbers({ model: { precision: { weights: "bf16" }, vocabulary: 64 }, parallelism: { expert: 4, tensor: 2 } }),
    );
    const { verdict, targets: outcomes } = verify(parseScenario({ ...tree, targets }), { full: true });
    return [verdict, outcomes.map(({ name, met }) => [name, met])];
  };
  expect(judged({ "numerics.relative": 0.5, "numerics.tokens": "1 %" })).toEqual([
    "passed",
    [
      ["numerics.relative", true],
      ["numerics.tokens", true],
    ],
  ]);
  expect(judged({ "numerics.relative": 1e-9 })).toEqual(["failed", [["numerics.relative", false]]]);
  expect(judged({ ttft: "1 s" })).toEqual(["passed", []]);
});
