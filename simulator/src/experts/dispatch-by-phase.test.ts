import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

const FABRIC = { bandwidth: "10 GB/s", latency: "5 us" };

function scenarioOf(dispatch: string | undefined, workload: object, scheduler: object | string = "static"): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 1000,
      attention: { heads: 8, kvHeads: 8, headSize: 125 },
      experts: { count: 8, topK: 4, hiddenSize: 400 },
    },
    cluster: {
      gpu: { compute: "1 PFLOPS", bandwidth: "1 TB/s", memory: "10 GB" },
      gpusPerNode: 2,
      network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: FABRIC },
    },
    parallelism: { expert: 4 },
    routing: { gate: "balanced", ...(dispatch === undefined ? {} : { dispatch }) },
    workload,
    serving: { scheduler },
  });
}

describe("dispatch by phase", () => {
  test("is what a plan has of which nothing else is said", () => {
    const batch = { kind: "batch", sequences: 4, promptTokens: 100, outputTokens: 4 };
    const [said, unsaid] = ["by-phase", undefined].map((of) => run(prepare(scenarioOf(of, batch))).requests);
    expect(unsaid).toEqual(said);
    expect(unsaid).not.toEqual(run(prepare(scenarioOf("per-token", batch))).requests);
  });

  test("prefills as tokens that go once to a rank do, and decodes as copies do, whatever the batch", () => {
    const batch = fc.record({
      kind: fc.constant("batch"),
      sequences: fc.integer({ min: 4, max: 40 }),
      promptTokens: fc.integer({ min: 1, max: 40 }),
      outputTokens: fc.integer({ min: 2, max: 6 }),
    });
    fc.assert(
      fc.property(batch, (workload) => {
        const spent = (of: string) => simulate(scenarioOf(of, workload)).breakdown;
        const [byPhase, tokens, copies] = [spent("by-phase"), spent("per-token"), spent("per-copy")];
        for (const way of ["dispatch", "combine"]) {
          expect(byPhase.ttft![way]).toBeCloseTo(tokens.ttft![way]!, 12);
          expect(byPhase.tpot![way]).toBeCloseTo(copies.tpot![way]!, 12);
          expect(Math.abs(byPhase.tpot![way]! - tokens.tpot![way]!)).toBeGreaterThan(1e-7);
        }
      }),
      { numRuns: drawnCases(12) },
    );
  });

  const bytesOf = (of: string, workload: object, scheduler?: object) =>
    simulate(scenarioOf(of, { kind: "batch", ...workload }, scheduler)).balance!.traffic!.bytes;

  test("keeps bytes of tokens and of copies apart where as many are in a prompt as in a step", () => {
    // prompts of two tokens in two sequences a data group, then steps of two tokens
    const bytes = (of: string, outputTokens: number) => bytesOf(of, { sequences: 8, promptTokens: 1, outputTokens });
    const steps = (of: string) => bytes(of, 6) - bytes(of, 1);
    expect(steps("by-phase")).toBeCloseTo(steps("per-copy"), 3);
    expect(bytes("by-phase", 1)).toBeCloseTo(bytes("per-token", 1), 3);
    expect(steps("per-token")).toBeLessThan(0.9 * steps("per-copy"));
  });

  test("takes passes in which some decode beside prompts of others as passes with prompts", () => {
    // two sequences a data group: the first decodes twice beside chunks of the second, which then decodes twice alone
    const beside = { sequences: 8, promptTokens: 60, outputTokens: 3 };
    const chunks = { kind: "continuous", tokenBudget: 16, maxSequences: 8 };
    const alone = (of: string) =>
      bytesOf(of, { sequences: 4, promptTokens: 2, outputTokens: 3 }) - bytesOf(of, { sequences: 4, promptTokens: 2, outputTokens: 1 });
    const more = bytesOf("by-phase", beside, chunks) - bytesOf("per-token", beside, chunks);
    expect(more).toBeCloseTo(alone("per-copy") - alone("per-token"), 3);
    expect(more).toBeGreaterThan(0);
  });
});
