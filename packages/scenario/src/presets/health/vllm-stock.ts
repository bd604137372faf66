import type { Preset } from "../preset.ts";

export const vllmStock: Preset = {
  about: "stock vLLM: a step that does not end is an error after five minutes, and the replica restarts",
  source: "vllm/envs.py (VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS 300), vllm #27866; restarts of 83 to 180 s measured elsewhere",
  values: {
    watchdog: "300 s",
    onLoss: { kind: "restart", time: "150 s" },
    inFlight: "fail",
    whileDown: "reject",
  },
  assumed: ["onLoss"],
};
