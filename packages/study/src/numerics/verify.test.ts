import { drawnPlan, fewNumbers } from "@tokenyard/numerics/drawn-plan.contract.ts";
import { deploymentPlan } from "@tokenyard/placement/deployment-plan.contract.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { verify } from "./verify.ts";
import { verifyProblems } from "./verify-problems.ts";

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

test("what the load asks for and no pass here does is said, so that the verdict holds in part", () => {
  const chunk = { serving: { scheduler: { kind: "continuous", tokenBudget: 8, maxSequences: 4 } } };
  const open = { kind: "open", requests: 4, rate: "1 requests/s", promptTokens: 20, outputTokens: 4 };
  const said = (changes: object) => {
    const { verdict, unverified } = verify(fewNumbers({ parallelism: { expert: 4 }, ...changes }));
    return [verdict, ...unverified];
  };
  expect(said({ workload: open, ...chunk })).toEqual(["passed"]);
  expect(verify(fewNumbers({ parallelism: { expert: 4 }, workload: open, ...chunk })).shrunk.at(-1)).toMatch(
    /prompts in chunks of \d+ tokens$/,
  );
  expect(said({ workload: { ...open, promptTokens: 8 }, ...chunk })).toEqual(["passed"]);
  expect(said({ workload: { ...open, promptTokens: 8, cachedTokens: 3 }, ...chunk })).toEqual([
    "passed in part",
    "cached prompts: every token of a prompt is computed",
  ]);
  const gate = { kind: "grouped", groups: 2, limit: 1 };
  expect(said({ routing: { gate } })).toEqual(["passed"]);
  expect(said({ serving: { overlap: "two-batch" } })).toEqual(["passed"]);
});

test("an op that does nothing here cannot be left out: a host's time, and what is not executed", () => {
  const scenario = fewNumbers({ parallelism: { expert: 4 } });
  const [problem, ...others] = verifyProblems(scenario, { leaveOut: "host" });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ given: "host", wanted: expect.stringMatching(/^an op that is executed: attention, /) });
  expect(problem!.wanted).not.toContain("host");
});

test("an op that is left out and formats are not asked for together", () => {
  const scenario = fewNumbers({ parallelism: { expert: 4 } });
  expect(verifyProblems(scenario, { leaveOut: "combine", formats: true })).toEqual([
    { path: ["--formats"], given: "beside --leave-out", wanted: "one of them: what is missing is found in double precision" },
  ]);
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

test("a prime number of heads stays, and a model that does not fit is refused with how much is too much", () => {
  const prime = fewNumbers({
    model: { hiddenSize: 7168, attention: { heads: 7, kvHeads: 7, headSize: 128 }, experts: undefined, dense: { hiddenSize: 14 } },
    parallelism: { tensor: 7 },
  });
  expect(verifyProblems(prime)).toEqual([]);
  expect(verify(prime)).toMatchObject({ verdict: "passed", shrunk: expect.arrayContaining(["attention.headSize 128 → 4"]) });
  const large = fewNumbers({ model: { layers: 40, hiddenSize: 4096, experts: { count: 8, topK: 2, hiddenSize: 16384 } } });
  const [problem, ...others] = verifyProblems(large, { full: true });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    path: ["--full"],
    given: expect.stringMatching(/^[\d.e+]+ GB for 2 copies of [\d,]+ weights, [\d.e+]+ GB too many,$/),
    wanted: "at most 4 GB of weights in double precision; without --full sizes are made small",
  });
});
