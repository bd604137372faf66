import type { Preset } from "../preset.ts";

export const trtllm: Preset = {
  about: "TensorRT-LLM: survivors wait until the hang detector stops the replica, which then restarts",
  source: "TensorRT-LLM #13404 (HangDetector, 5 minutes); restarts of 83 to 180 s measured elsewhere",
  values: {
    watchdog: "300 s",
    onLoss: { kind: "restart", time: "150 s" },
    inFlight: "fail",
    whileDown: "reject",
  },
  assumed: ["watchdog", "onLoss"],
};
