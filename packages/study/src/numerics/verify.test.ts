import { drawnPlan, fewNumbers } from "@tokenyard/numerics/drawn-plan.contract.ts";
import { deploymentPlan } from "@tokenyard/placement/deployment-plan.contract.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { verify } from "./verify.ts";

test("drawn plans pass, with the caches and weights that are priced", () => {
  fc.assert(
    fc.property(drawnPlan, ({ scenario }) => {
      const { verdict, ...rest } = verify(scenario, { full: true });
      expect({ verdict, rest }).toMatchObject({ verdict: "passed" });
    }),
    { numRuns: 3 },
  );
});

test("an op that is left out is found and named", () => {
  const scenario = fewNumbers({ parallelism: { expert: 4, tensor: 2, attention: { tensor: 4 } } });
  const found = verify(scenario, { leaveOut: "reduce-combine" });
  expect(found.verdict).toBe("failed");
  expect(found.findings[0]).toMatch(/^rank 0, layer 0, reduce-combine: expert \d shard \d of token \d+ is missing from the sum$/);
});

test("the plan of 512 ranks passes but for what is not executed", { tags: ["long"] }, () => {
  const { verdict, unverified, ranks } = verify(deploymentPlan());
  expect({ verdict, unverified, ranks }).toEqual({
    verdict: "passed in part",
    unverified: ["capacity: no copy is dropped, rerouted or masked"],
    ranks: 512,
  });
});
