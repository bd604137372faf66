import { stageLinks } from "@tokenyard/program";
import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadedScenario } from "../../loaded-scenario.contract.ts";
import { prepare } from "../../setup/prepare.ts";
import type { PoolSetup } from "../../setup/setup.ts";
import { stageSpecs, stagesOf } from "../../setup/stage-specs.ts";
import { isOpen, segmentsOf } from "./segments.ts";

const firstStage = (setup: PoolSetup) =>
  stageSpecs(
    setup,
    stagesOf(setup, (replica, stage) => stageLinks(setup.plan, replica, stage)),
    true,
  )[0]!;

test("segments, barriers and what runs beside them are the program: each op is in one of them, as often as it stands there", () => {
  let inSegments = 0;
  fc.assert(
    fc.property(loadedScenario, fc.boolean(), (scenario, isSlow) => {
      const spec = firstStage(prepare(scenario).pools[0]!);
      const segments = segmentsOf(spec.slices[0]!, spec.ranks, isSlow ? Int32Array.from({ length: spec.ranks }, (_, r) => r) : undefined);
      if (segments === undefined) return;
      inSegments++;
      const counted = new Map<string, number>();
      const count = (work: string, times: number) => counted.set(work, (counted.get(work) ?? 0) + times);
      for (const segment of [...segments.open, ...segments.closed, segments.last])
        for (const { op } of segment.ops) count(op.work, segment.times);
      for (const { op, times } of [...segments.barriers, ...segments.beside]) count(op.work, times);
      const there = new Map<string, number>();
      const { ops, beforeSend } = spec.slices[0]!.program;
      for (const { work } of ops.slice(0, beforeSend)) there.set(work, (there.get(work) ?? 0) + 1);
      expect(counted).toEqual(there);
      expect(segments.closed.some(isOpen)).toBe(false);
    }),
  );
  expect(inSegments).toBeGreaterThan(0);
});

test.each([
  ["a dense model on one GPU", {}, 0, true],
  ["a dense model over two GPUs", { tensor: 2 }, 0, true],
  ["experts on one GPU each", { expert: 4 }, 4, true],
  ["experts over two GPUs each: no op is for all", { expert: 2, tensor: 2 }, 4, false],
  ["attention over two GPUs: nor is one, but all start together", { expert: 4, attention: { tensor: 2 } }, 4, true],
])("%s; where ranks are slow there are segments, which are timed rank by rank", (_, parallelism, experts, hasSegments) => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 3,
      hiddenSize: 32,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      ...(experts === 0
        ? { dense: { hiddenSize: 64, matrices: 2 } }
        : { experts: { count: experts, topK: 2, hiddenSize: 64, matrices: 2 } }),
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    parallelism,
    workload: { kind: "batch", sequences: 3, promptTokens: 20, outputTokens: 10 },
  });
  const { slices, ranks } = firstStage(prepare(scenario).pools[0]!);
  expect(segmentsOf(slices[0]!, ranks) !== undefined).toBe(hasSegments);
  expect(
    segmentsOf(
      slices[0]!,
      ranks,
      Int32Array.from({ length: ranks }, (_, r) => r),
    ),
  ).toMatchObject({ byRank: true });
});
