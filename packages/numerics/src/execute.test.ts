import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnPlan, fewNumbers } from "./drawn-plan.contract.ts";
import { findingText } from "./finding.ts";
import { judged } from "./judged.contract.ts";
import { drawnInputs } from "./load.ts";

const loadOf = (scenario: ReturnType<typeof fewNumbers>, prompts: number[], outputs: number) => ({
  prompts,
  outputs,
  inputs: drawnInputs(scenario.model, prompts, new Streams(7)),
});

test("ranks that share an expert and return its whole sum are not added up once for each, with shared experts and without", () => {
  for (const shared of [0, 1]) {
    const scenario = fewNumbers({
      model: { layers: 1, experts: { count: 8, topK: 2, hiddenSize: 8, shared } },
      parallelism: { expert: 4, tensor: 2, attention: { tensor: 4 } },
      routing: { expertReduce: "before-combine", sequenceParallel: "none" },
    });
    const { error, execution, seen } = judged({ scenario, load: loadOf(scenario, [5, 3, 4, 6], 2) });
    expect(execution.findings.map(findingText)).toEqual([]);
    expect(error).toBeLessThan(1e-12);
    expect(seen).toBeGreaterThan(100);
  }
});

function equalsOneDevice(runs: number) {
  fc.assert(
    fc.property(drawnPlan, (plan) => {
      const { error, execution, seen, sameTokens } = judged(plan);
      expect(execution.findings.map(findingText)).toEqual([]);
      expect(error).toBeLessThan(1e-12);
      expect(seen).toBeGreaterThan(0);
      expect(sameTokens).toBe(true);
      expect([...execution.unverified.keys()]).toEqual([]);
    }),
    { numRuns: runs },
  );
}

describe("a legal plan gives every rank the rows of one device, to 1e-12, and the same tokens", () => {
  test("in some plans", () => equalsOneDevice(10));
  test("in many plans", { tags: ["long"] }, () => equalsOneDevice(1000));
});
