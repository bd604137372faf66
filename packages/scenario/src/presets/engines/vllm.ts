import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 45 % of what they take alone: docs/models.md#host-time.
export const vllmHost: Preset = {
  about: "what vLLM's host takes in steps and before them, beside `kernels: { kind: fitted, library: vllm, launchShare: 45 % }`",
  source: "measured closed loops, open loops and replays: docs/models.md#host-time",
  values: {
    step: "27 us",
    layer: "38 us",
    request: "16 us",
    promptStep: "0 s",
    promptLayer: "100 us",
    capturedTokens: 512,
    prompt: "0 s",
    promptToken: "4.6 us",
    arrival: "23 ms",
    arrivalToken: "0 s",
  },
};
