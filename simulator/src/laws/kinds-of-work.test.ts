import { OP_KINDS } from "@tokenyard/program";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { draftedScenario } from "./drafted-scenario.contract.ts";

const sum = (numbers: Float64Array) => numbers.reduce((total, each) => total + each, 0);

test.each([
  ["any load", loadedScenario],
  ["static batches, on any deployment", drawnScenario],
  ["drafts", draftedScenario],
] as const)("FLOPs and bytes of the kinds of ops add up to those of the run: %s", (_, scenarios) => {
  fc.assert(
    fc.property(scenarios as fc.Arbitrary<Scenario>, (scenario) => {
      const { work, busyNs, ranks } = run(prepare(scenario));
      expect(sum(work.kindFlops) / work.flops).toBeCloseTo(1, 12);
      expect(sum(work.kindBytes) / work.memoryBytes).toBeCloseTo(1, 12);
      for (const [at, flops] of work.kindFlops.entries()) {
        if (flops === 0) continue;
        expect(OP_KINDS[at % OP_KINDS.length]!.lane).toBe("compute");
        const ns = Array.from({ length: ranks }, (_, rank) => busyNs[rank * work.kindFlops.length + at]!);
        expect(ns.some((each) => each > 0)).toBe(true);
      }
    }),
    { numRuns: drawnCases(12) },
  );
});

test("the FLOPs of each kind are those of its matrices", () => {
  const { work } = run(
    prepare(
      parseScenario({
        tokenyard: 1,
        model: {
          layers: 3,
          hiddenSize: 64,
          attention: { heads: 4, kvHeads: 2, headSize: 16 },
          experts: { count: 8, topK: 2, hiddenSize: 32, matrices: 2 },
          vocabulary: 100,
        },
        cluster: {
          gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
          network: { kind: "two-tier", node: { bandwidth: "2 GB/s", latency: "2 us" }, fabric: { bandwidth: "1 GB/s", latency: "5 us" } },
        },
        parallelism: { expert: 4 },
        workload: { kind: "batch", sequences: 8, promptTokens: 10, outputTokens: 3 },
        serving: { overlap: "none" },
      }),
    ),
  );
  const of = (phase: number, name: string) => work.kindFlops[phase * OP_KINDS.length + OP_KINDS.findIndex((kind) => kind.name === name)];
  const [prompts, decoded] = [8 * 10, 8 * 2]; // the first of three tokens comes with the prompt
  const experts = 2 * 2 * 64 * 32 * 2; // two matrices of 64 × 32, by two experts
  const gate = 2 * 64 * 8;
  const projections = 2 * 64 * (64 + 2 * 32 + 64); // queries, keys and values, outputs
  const pairs = { prefill: (8 * 10 * 11) / 2, decode: 8 * (11 + 12) };
  const core = 4 * 4 * 16;
  expect(of(0, "experts")).toBe(3 * prompts * experts);
  expect(of(1, "experts")).toBe(3 * decoded * experts);
  expect(of(0, "gate")).toBe(3 * prompts * gate);
  expect(of(1, "gate")).toBe(3 * decoded * gate);
  expect(of(0, "attention")).toBe(3 * (prompts * projections + pairs.prefill * core));
  expect(of(1, "attention")).toBe(3 * (decoded * projections + pairs.decode * core));
  expect(of(0, "head")).toBe(8 * 2 * 64 * 100);
  expect(of(1, "head")).toBe(16 * 2 * 64 * 100);
});
