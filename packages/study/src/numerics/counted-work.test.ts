import { execute, modelWeights, programsOf } from "@tokenyard/numerics";
import { drawnPlan } from "@tokenyard/numerics/drawn-plan.contract.ts";
import { compilePlan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WorkCounter } from "./counted-work.ts";

function countsArePrices(runs: number) {
  let compared = 0;
  fc.assert(
    fc.property(drawnPlan, fc.constantFrom(undefined, 0.5, 1), fc.boolean(), ({ scenario: given, load }, capacityFactor, isOwn) => {
      const capacity =
        capacityFactor === undefined ? {} : { capacityFactor, capacityPer: isOwn ? ("source-rank" as const) : ("group" as const) };
      const scenario = { ...given, routing: { ...given.routing, ...capacity } };
      const plan = compilePlan(scenario);
      const weights = modelWeights(scenario.model, new Streams(scenario.seed));
      const counter = new WorkCounter(scenario, plan);
      execute(programsOf(scenario, plan), { scenario, plan }, weights, load, { executed: (op) => counter.add(op) });
      for (const { work, first, ops, notCompared } of counter.counted()) {
        expect(first, work).toBeUndefined();
        compared += ops - notCompared;
      }
    }),
    { numRuns: runs },
  );
  expect(compared).toBeGreaterThan(10 * runs);
}

describe("bytes and FLOPs that are counted are those that are priced, op by op", () => {
  test("in some plans", () => countsArePrices(8));
  test("in many plans", { tags: ["long"] }, () => countsArePrices(1000));
});
