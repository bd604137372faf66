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
    { numRuns: 2 },
  );
});

test("an op that is left out is found and named", () => {
  const scenario = fewNumbers({ parallelism: { expert: 4, tensor: 2, attention: { tensor: 4 } } });
  const found = verify(scenario, { leaveOut: "reduce-combine" });
  expect(found.verdict).toBe("failed");
  expect(found.findings[0]).toMatch(/^rank 0, layer 0, reduce-combine: expert \d shard \d of token \d+ is missing from the sum$/);
});

test("tokens that cross to a node once, to experts whose ranks lie on two nodes, are not held against their estimate", () => {
  const { verdict, works } = verify(fewNumbers({ gpusPerNode: 3, parallelism: { expert: 4, tensor: 2 } }));
  expect(verdict).toBe("passed");
  expect(works.find(({ work }) => work === "dispatch")!.notCompared).toBeGreaterThan(0);
});

test("a capacity below the even share drops half of the copies, and changes outputs", () => {
  const scenario = fewNumbers({
    model: { vocabulary: 32 },
    parallelism: { expert: 4 },
    routing: { capacityFactor: 0.5, minCapacity: 0, overflow: "drop" },
  });
  const { verdict, drops, outputs } = verify(scenario);
  expect(verdict).toBe("passed");
  expect(outputs.same).toBe(outputs.all);
  expect(drops!.prefill.dropped / drops!.prefill.all).toBeGreaterThanOrEqual(0.4); // an expert has room for half of its even share, rounded up
  expect(drops!.outputs.same).toBeLessThan(drops!.outputs.all);
  expect(drops!.wrong).toBe(0);
});

test("the plan of 512 ranks passes", { tags: ["long"] }, () => {
  const { verdict, unverified, ranks, drops } = verify(deploymentPlan());
  expect({ verdict, unverified, ranks }).toEqual({ verdict: "passed", unverified: [], ranks: 512 });
  expect(drops!.decode.dropped).toBeGreaterThan(0);
});
