import { parseScenario, type Scenario } from "@tokenyard/scenario";

// Coefficients for every family, over the datasheet of another GPU and the tiers of another network.
const { gpu: GPU, network: NETWORK } = parseScenario({
  tokenyard: 1,
  model: "plan-model",
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
}).cluster;

/** The same with kernels and collectives that follow fits. */
export function fitted(scenario: Scenario): Scenario {
  const { cluster } = scenario;
  const gpu = { ...cluster.gpu, multiprocessors: 8, fits: GPU.fits };
  const network = { ...cluster.network, allReduce: "fitted" as const, fits: NETWORK.fits };
  return { ...scenario, cluster: { ...cluster, gpu, network, kernels: { kind: "fitted", launchShare: 0.5 } } };
}

const REDUCE = [2, 8].flatMap((ranks) => [256, 65_536].map((bytes) => ["all-reduce", "vllm", ranks, 1, bytes, 0.5]));
const SENT = [1, 2].flatMap((nodes) => [256, 65_536].map((bytes) => ["send", "nccl", nodes, bytes, 0.5]));
const EXCHANGED = ["dispatch", "combine"].flatMap((phase) =>
  [1, 1000].flatMap((tokens) => [
    [`per-token-${phase}`, "deepep", 4, 1, 8, 2, tokens, 128, 20, 1 + tokens / 1000],
    [`per-copy-${phase}`, "deepep", 4, 1, 8, 2, tokens, 128, 1 + tokens / 1000],
    [`per-copy-${phase}`, "deepep", 8, 2, 8, 2, tokens, 128, 1 + tokens / 1000],
  ]),
);

/** The same with traffic that tables correct: few rows, faster than any network. */
export function withTraffic(scenario: Scenario): Scenario {
  const { cluster } = scenario;
  const gathered = ["all-gather", "reduce-scatter", "all-to-all"].flatMap((kind, i) => [
    [kind, "nccl", 4, 1, 256, 0.3 + i / 10],
    [kind, "nccl", 4, 1, 65_536, 0.6],
  ]);
  const rows = [...REDUCE, ["all-reduce", "nccl", 4, 2, 1024, 2], ...gathered, ...SENT, ...EXCHANGED];
  const network = { ...cluster.network, files: [{ path: "traffic.csv", sha256: "none", rows }] };
  return { ...scenario, cluster: { ...cluster, network } };
}

/** The same with kernels that follow tables: in 16 bits, all faster than any GPU. */
export function tabled(scenario: Scenario): Scenario {
  const { cluster } = fitted(scenario);
  const rows = [
    ["linear", 64, 64, 1, 0.05],
    ["linear", 64, 64, 512, 0.1],
    ["linear", 512, 2048, 16, 0.1],
    ["experts", 64, 64, 4, 4, 16, 16, 0.1],
    ["prefill", 8, 2, 32, 32, 1, 64, 64, 0.05],
    ["decode", 8, 2, 32, 32, 8, 800, 0.05],
  ].map(([kernel, ...sizes]) => [kernel!, "fp16", "fp16", ...sizes]);
  return {
    ...scenario,
    cluster: { ...cluster, kernels: { kind: "table", files: [{ path: "kernels.csv", sha256: "none", rows }], launchShare: 0.5 } },
  };
}
