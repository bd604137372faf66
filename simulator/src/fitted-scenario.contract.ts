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
