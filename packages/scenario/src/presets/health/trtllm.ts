import type { Preset } from "../preset.ts";

export const trtllm: Preset = {
  about: "TensorRT-LLM: survivors spin until the hang detector ends the replica, which starts anew",
  source: "TensorRT-LLM #13404 (HangDetector, 5 minutes); restarts of 83 to 180 s measured elsewhere",
  values: {
    watchdog: "300 s",
    onLoss: { kind: "restart", time: "150 s" },
    inFlight: "fail",
    whileDown: "reject",
  },
  assumed: ["watchdog", "onLoss"],
};
