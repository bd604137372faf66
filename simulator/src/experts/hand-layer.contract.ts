import type { Report } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";

/** What may differ from test to test. */
interface HandLayer {
  readonly sequences: number;
  readonly promptTokens?: number;
  readonly gpusPerNode?: number;
  readonly sharedExperts?: number;
}

/**
 * One layer of four experts, two a token, whose exchanges are worked out by hand: 100 GB/s and 1 us inside a node, 10 GB/s and 5 us between nodes, two-shot
 * all-reduces. A token's activations are 1000 numbers of 2 bytes.
 */
export function handLayer(parallelism: object, routing: object, layer: HandLayer) {
  const { sequences, promptTokens = 1000, gpusPerNode = 8, sharedExperts = 0 } = layer;
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 1000,
      attention: { heads: 8, kvHeads: 8, headSize: 125 },
      experts: { count: 4, topK: 2, hiddenSize: 400, shared: sharedExperts },
    },
    cluster: {
      gpu: { compute: "1 PFLOPS", bandwidth: "1 TB/s", memory: "10 GB" },
      gpusPerNode,
      network: {
        kind: "two-tier",
        node: { bandwidth: "100 GB/s", latency: "1 us" },
        fabric: { bandwidth: "10 GB/s", latency: "5 us" },
        allReduce: "two-shot",
      },
    },
    parallelism,
    routing: { gate: "balanced", ...routing },
    workload: { kind: "batch", sequences, promptTokens, outputTokens: 1 },
  });
}

/** Microseconds of the first token that went into ops of `kind`, to the nanosecond. */
export function microsecondsOf({ breakdown }: Report, kind: string): number {
  return Math.round((breakdown.ttft![kind] ?? 0) * 1e9) / 1000;
}
