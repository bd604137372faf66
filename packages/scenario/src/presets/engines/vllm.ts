import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 45 % of what they take alone: docs/models.md#host-time.
export const vllmHost: Preset = {
  about: "what vLLM's host takes in steps and before them, beside `kernels: { kind: fitted, library: vllm, launchShare: 45 % }`",
  source: "measured closed loops: docs/models.md#host-time",
  values: {
    step: "27 us",
    layer: "40 us",
    request: "7 us",
    promptStep: "3.6 ms",
    prompt: "12 ms",
    arrival: "2.6 ms",
    arrivalToken: "10 us",
  },
};
