import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 60 % of what they take alone, and a scheduler one step ahead: docs/models/scheduling.md#host-time.
export const vllmHost: Preset = {
  about:
    "what vLLM's host takes in steps and before them, beside `kernels: { kind: fitted, library: vllm, launchShare: 60 % }` and `stepsAhead: 1`",
  source: "measured closed and open loops of dense models, experts and latent attention: docs/models/scheduling.md#host-time",
  values: {
    step: "0 s",
    layer: "31 us",
    request: "10.6 us",
    promptStep: "0 s",
    promptLayer: "155 us",
    capturedTokens: 512,
    prompt: "2.8 ms",
    promptToken: "0 s",
    promptKernels: "23 %",
    arrival: "700 us",
    arrivalToken: "3.4 us",
  },
};
