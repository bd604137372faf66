import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 100 % of what they take alone and a scheduler one step ahead, for 1.0 24 % and none ahead: docs/models/scheduling.md#host-time.
export const trtllmHost: Preset = {
  about:
    "what the host of TensorRT-LLM 1.1 and later takes in steps and before them, beside `kernels: { kind: fitted, library: trtllm, launchShare: 100 % }` and `stepsAhead: 1`",
  source: "measured closed loops of dense models, experts and latent attention: docs/models/scheduling.md#host-time",
  values: {
    step: "0 s",
    layer: "12.6 us",
    request: "5.3 us",
    promptStep: "0 s",
    prompt: "3.6 ms",
    promptToken: "700 ns",
    arrival: "6 ms",
    arrivalToken: "2.2 us",
  },
};

export const trtllm10Host: Preset = {
  about:
    "what the host of TensorRT-LLM 1.0 takes in steps and before them, beside `kernels: { kind: fitted, library: trtllm, launchShare: 24 % }` and a scheduler that is not ahead",
  source: "measured closed loops of dense models and experts: docs/models/scheduling.md#host-time",
  values: {
    step: "150 us",
    layer: "40 us",
    request: "10 us",
    promptStep: "0 s",
    promptLayer: "55 us",
    capturedTokens: 0,
    prompt: "3.5 ms",
    promptToken: "0 s",
    arrival: "17 ms",
    arrivalToken: "0 s",
  },
};
