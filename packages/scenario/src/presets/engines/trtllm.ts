import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 100 % of what they take alone: docs/models.md#host-time.
export const trtllmHost: Preset = {
  about: "what TensorRT-LLM's host takes in steps and before them, beside `kernels: { kind: fitted, library: trtllm, launchShare: 100 % }`",
  source: "measured closed loops: docs/models.md#host-time",
  values: {
    step: "356 us",
    layer: "10 us",
    request: "4.6 us",
    promptStep: "600 us",
    prompt: "6 ms",
    arrival: "17 ms",
    arrivalToken: "6.4 us",
  },
};
