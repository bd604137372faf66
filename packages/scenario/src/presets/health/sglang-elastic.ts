import type { Preset } from "../preset.ts";

export const sglangElastic: Preset = {
  about:
    "SGLang's Elastic EP on Mooncake: survivors continue without the rank, with experts from copies, and take it back after its warm-up",
  source:
    "6.2 to 6.8 s in all for 1 to 16 of 32 ranks (LMSYS, March 2026, second hand), rejoin warm-up 46 s in the median (SGLang #33111), mooncake-pg defaults",
  values: {
    exit: "0 s",
    collectiveTimeout: "10 s",
    heartbeat: { every: "1 s", lost: "30 s" },
    onLoss: { kind: "shrink", rebuild: "6.5 s", rejoin: "46 s" },
    inFlight: "fail",
    whileDown: "wait",
  },
  assumed: ["exit", "onLoss", "inFlight"],
};
