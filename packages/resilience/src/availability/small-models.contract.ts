import { compilePlan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";

/** A layer without experts. */
export const DENSE_MODEL = {
  layers: 1,
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 8, headSize: 8 },
  dense: { hiddenSize: 64 },
};

/** Two layers of four experts each. */
export const EXPERTS_MODEL = {
  layers: 2,
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 8, headSize: 8 },
  experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
};

/** Four replicas of two ranks each, two of them in a node. */
export const DENSE_PLAN = compilePlan(
  parseScenario({
    tokenyard: 1,
    model: DENSE_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { tensor: 2, data: 4 },
    workload: { kind: "batch", sequences: 4, promptTokens: 1, outputTokens: 1 },
  }),
);
