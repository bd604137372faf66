import { compilePlan, type Plan } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { type DatedFaultSpec, parseScenario, type RandomFaultSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnFaults, expectedFaults } from "./drawn-faults.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: {
    layers: 3,
    hiddenSize: 64,
    attention: { heads: 8, kvHeads: 8, headSize: 8 },
    dense: { hiddenSize: 64, matrices: 3, every: 2 },
    experts: { count: 8, topK: 1, hiddenSize: 32 },
  },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
  parallelism: { expert: 4, pipeline: 1, data: 2 },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
});
const plan: Plan = compilePlan(scenario);
const LOST: RandomFaultSpec["of"] = { kind: "gpu-lost", for: undefined } as RandomFaultSpec["of"];
const spec = (more: Partial<RandomFaultSpec>): RandomFaultSpec => ({
  kind: "random",
  of: LOST,
  mtbfPerGpu: 1,
  acceleration: 1,
  until: 3600,
  ...more,
});
const draw = (given: RandomFaultSpec, seed: number) => drawnFaults(given, [plan], scenario.model, new Streams(seed).stream("strikes"));
const rankOf = (fault: DatedFaultSpec) => (fault as { ranks: number[] }).ranks[0]!;

test("as many faults come as the time between those of one GPU says, on each GPU alike, and at any time alike", () => {
  const each = spec({ until: 36_000, mtbfPerGpu: 2 });
  expect(expectedFaults(each, plan.ranks)).toBe(40); // 10 h · 8 GPUs ÷ 2 h
  const all = Array.from({ length: 200 }, (_, seed) => draw(each, seed)).flat();
  expect(Math.abs(all.length - 8000)).toBeLessThan(4 * Math.sqrt(8000));
  for (let rank = 0; rank < 8; rank++) {
    const own = all.filter((fault) => rankOf(fault) === rank).length;
    expect(Math.abs(own - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  }
  const early = all.filter(({ at }) => at < 18_000).length;
  expect(Math.abs(early - 4000)).toBeLessThan(4 * Math.sqrt(4000));
});

test("a thousand times as often is the same as a thousandth of the time between, to the byte", () => {
  const anyHours = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(fc.nat(), anyHours, (seed, hours) => {
      const hastened = draw(spec({ mtbfPerGpu: hours * 1024, acceleration: 1024 }), seed);
      expect(draw(spec({ mtbfPerGpu: hours }), seed)).toEqual(hastened);
      for (const [i, { at }] of hastened.entries()) {
        expect(at).toBeLessThan(3600);
        if (i > 0) expect(at).toBeGreaterThanOrEqual(hastened[i - 1]!.at);
      }
    }),
  );
});

test("a burst strikes other GPUs of the same node, each once, soon after the first", () => {
  let together = 0;
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 4 }), (seed, ranks) => {
      const faults = draw(spec({ mtbfPerGpu: 40, burst: { ranks, within: 5 } }), seed);
      if (faults.length !== ranks) return; // none, or more than one burst
      together++;
      const struck = faults.map(rankOf);
      expect(new Set(struck).size).toBe(ranks);
      expect(new Set(struck.map((rank) => Math.floor(rank / plan.gpusPerNode))).size).toBe(1);
      expect(faults.at(-1)!.at - faults[0]!.at).toBeLessThanOrEqual(5);
    }),
    { numRuns: drawnCases(300) },
  );
  expect(together).toBeGreaterThan(10);
});

test("so many GPUs as shall be left are never struck", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(8), fc.boolean(), (seed, leave, byNode) => {
      const of = byNode ? ({ kind: "node-lost", for: undefined } as RandomFaultSpec["of"]) : LOST;
      const struck = new Set(
        draw(spec({ of, leave, mtbfPerGpu: 0.2 }), seed).flatMap((fault) =>
          "nodes" in fault ? [0, 1, 2, 3].map((i) => fault.nodes![0]! * 4 + i) : [rankOf(fault)],
        ),
      );
      expect(8 - struck.size).toBeGreaterThanOrEqual(leave);
    }),
  );
});

test("an expert that is lost at random is one that the GPU holds, in a layer with experts", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      for (const fault of draw(spec({ of: { kind: "expert-lost", for: undefined } as RandomFaultSpec["of"], mtbfPerGpu: 0.5 }), seed)) {
        const { layer, expert, replica } = fault as Extract<DatedFaultSpec, { kind: "expert-lost" }>;
        expect(layer).toBe(1);
        expect(expert).toBeLessThan(8);
        expect([0, 1]).toContain(replica);
      }
    }),
  );
});
