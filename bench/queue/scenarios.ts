/** A scenario whose points take about as long as its name says. */
export interface Sized {
  readonly name: string;
  readonly text: string;
  /** To measure with one worker; as many for each of several, as each has its code to warm, and so has who asks: half a minute. */
  readonly points: number;
}

const TINY = `tokenyard: 1
model: { layers: 2, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, experts: { count: 4, topK: 1, hiddenSize: 96, matrices: 2 } }
cluster:
  gpu: { compute: 1 TFLOPS, bandwidth: 100 GB/s, memory: 1 GB }
  gpusPerNode: 2
  network: { kind: two-tier, node: { bandwidth: 10 GB/s, latency: 1 us }, fabric: { bandwidth: 1 GB/s, latency: 5 us } }
parallelism: { expert: 2 }
`;

const long = (outputTokens: number) =>
  `${TINY}workload: { kind: batch, sequences: 64, promptTokens: { kind: uniform, from: 8, to: 64 }, outputTokens: ${outputTokens} }\n`;

/** Tiny ones first. */
export const SCENARIOS: readonly Sized[] = [
  { name: "tiny points", points: 5_000, text: `${TINY}workload: { kind: batch, sequences: 4, promptTokens: 16, outputTokens: 2 }\n` },
  { name: "points of some 12 ms", points: 500, text: long(1_500) },
  { name: "points of some 20 ms", points: 1_500, text: long(2_500) },
];
