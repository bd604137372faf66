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
