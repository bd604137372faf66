import { parseScenario, type Scenario } from "@tokenyard/scenario";

/** Experts of layers, on machines that nothing here asks for the speed of; `more` are further sections. */
export function bareScenario(layers: number, count: number, topK: number, more: object = {}): Scenario {
  const tier = { bandwidth: "1 GB/s", latency: "1 us" };
  return parseScenario({
    tokenyard: 1,
    model: { layers, hiddenSize: 64, attention: { heads: 32, kvHeads: 32, headSize: 8 }, experts: { count, topK, hiddenSize: 64 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 TB" },
      network: { kind: "two-tier", node: tier, fabric: tier },
    },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
    ...more,
  });
}
