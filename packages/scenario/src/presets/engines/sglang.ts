import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 49 % of what they take alone: docs/models.md#host-time.
export const sglangHost: Preset = {
  about: "what SGLang's host takes in steps and before them, beside `kernels: { kind: fitted, library: sglang, launchShare: 49 % }`",
  source: "measured closed loops of two models: docs/models.md#host-time",
  values: {
    step: "2.04 ms",
    layer: "3.9 us",
    request: "17 us",
    promptStep: "3 ms",
    prompt: "4 ms",
    arrival: "40 ms",
    arrivalToken: "1 us",
  },
};
