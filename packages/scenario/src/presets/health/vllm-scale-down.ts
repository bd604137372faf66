import type { Preset } from "../preset.ts";

export const vllmScaleDown: Preset = {
  about:
    "vLLM with elastic experts: an exchange that does not end is an error, an operator lets the survivors continue, their requests are lost",
  source:
    "vllm pull request 46370, eight expert-parallel ranks: 30 s until the kernels give up, 26 s for the operator, 1 s to rebuild and load",
  values: {
    exit: "9 s",
    collectiveTimeout: "30 s",
    onLoss: { kind: "shrink", decide: "26 s", rebuild: "1 s" },
    inFlight: "fail",
    aborts: "replica",
    whileDown: "reject",
  },
  assumed: ["exit", "onLoss"],
};
