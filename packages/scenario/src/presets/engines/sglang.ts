import type { Preset } from "../preset.ts";

// Fitted beside kernels whose launches take 50 % of what they take alone, and a scheduler one step ahead: docs/models/scheduling.md#host-time.
export const sglangHost: Preset = {
  about:
    "what SGLang's host takes in steps and before them, beside `kernels: { kind: fitted, library: sglang, launchShare: 50 % }` and `stepsAhead: 1`",
  source: "measured closed loops of two models: docs/models/scheduling.md#host-time",
  values: {
    step: "2 ms",
    layer: "5.3 us",
    request: "17.7 us",
    promptStep: "3.4 ms",
    prompt: "0 s",
    arrival: "145 ms",
    arrivalToken: "0 s",
  },
  assumed: [{ path: "arrival", because: "fitted in place of what steps with prompts take beside their kernels" }],
};
