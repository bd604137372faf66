import { type ModelSpec, parseScenario } from "@tokenyard/scenario";

/** A model of one layer with so many experts, of which each token takes `topK`; checked beside as many `ranks` for them. */
export function oneLayer({ experts, ranks }: { readonly experts: number; readonly ranks: number }, topK: number): ModelSpec {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: experts, topK, hiddenSize: 32 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: ranks },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).model;
}
