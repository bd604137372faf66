import { type Fit, parseScenario, type Scenario } from "@tokenyard/scenario";

/** Coefficients of an imagined GPU, for every family. */
const FITS: readonly Fit[] = parseScenario({
  tokenyard: 1,
  model: "plan-model",
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
}).cluster.gpu.fits!;

/** The same with kernels that follow fits instead of the roofline. */
export function fitted(scenario: Scenario): Scenario {
  const { cluster } = scenario;
  const gpu = { ...cluster.gpu, multiprocessors: 8, fits: [...FITS] };
  return { ...scenario, cluster: { ...cluster, gpu, kernels: { kind: "fitted", launchShare: 0.5 } } };
}
