import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { sampled } from "./sampled.contract.ts";

const GONE = 2;

/** A GPU is lost for good, and its experts are masked. */
const masked = (parallelism: object) =>
  parseScenario({
    tokenyard: 1,
    model: {
      layers: 4,
      hiddenSize: 64,
      attention: { heads: 8, kvHeads: 8, headSize: 8 },
      experts: { count: 8, topK: 1, hiddenSize: 64, matrices: 2 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "2 GB/s", latency: "2 us" }, fabric: { bandwidth: "1 GB/s", latency: "5 us" } },
    },
    parallelism,
    routing: { gate: "uniform" },
    workload: { kind: "closed", requests: 200, concurrency: 8, promptTokens: 40, outputTokens: 20 },
    serving: { scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 16 }, overlap: "none" },
    faults: [{ kind: "gpu-lost", at: "5 ms", ranks: [GONE] }],
    health: { probe: { every: "1 ms", timeout: "1 ms", failures: 1 }, onLoss: { kind: "mask", rebuild: "1 ms" }, inFlight: "fail" },
  });

const LAYOUTS = {
  "an expert's rank is one GPU": [{ expert: 4 }, [0, 1, 3]],
  "it is two": [{ expert: 2, tensor: 2 }, [0, 1]],
  "attention is over two": [{ expert: 4, attention: { tensor: 2, data: 2 } }, [0, 1, 3]],
  "layers are on ranks of their own": [{ layers: "own-ranks", expert: 2, tensor: 2, data: 1, pipeline: 4 }, [0, 1, 4, 5, 6, 7]],
} as const;

for (const [name, [parallelism, others]] of Object.entries(LAYOUTS)) {
  test(`a GPU that is gone computes nothing and moves nothing, while others go on: ${name}`, () => {
    const { kept } = sampled(masked(parallelism), 50);
    const after = kept.samples.slice(-10, -1); // whole steps
    for (const key of ["memoryBandwidthUse", "computeUse", "networkUse"] as const) {
      expect(after.map((sample) => sample.get(key)![GONE])).toEqual(after.map(() => 0));
      for (const rank of others) expect(Math.min(...after.map((sample) => sample.get(key)![rank]!))).toBeGreaterThan(0);
    }
  });
}
