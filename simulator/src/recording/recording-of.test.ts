import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

test("the peak of a GPU is that of the fastest precision in which the model multiplies, so that no run is over it", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 1, kvHeads: 1, headSize: 64 },
      experts: { count: 2, topK: 2, hiddenSize: 4096 },
      precision: { weights: "fp32", activations: "bf16", experts: "int4" },
    },
    cluster: {
      gpu: { compute: { fp32: "1 TFLOPS", bf16: "16 TFLOPS", fp8: "32 TFLOPS" }, bandwidth: "1000 PB/s", memory: "1 TB" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
    },
    workload: { kind: "batch", sequences: 1, promptTokens: 1000, outputTokens: 1 },
  });
  const { work, horizonNs } = run(prepare(scenario));
  expect(work.peakFlopsPerSecond).toBe(16e12); // experts multiply int4 weights with bf16 activations, in bf16
  expect(work.flops / (horizonNs / 1e9)).toBeGreaterThan(1e12); // faster than fp32 could be
});
