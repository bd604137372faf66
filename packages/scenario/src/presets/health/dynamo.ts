import type { Preset } from "../preset.ts";

export const dynamo: Preset = {
  about: "Dynamo: a canary request detects the fault, the router migrates requests with all their tokens, the worker restarts",
  source:
    "Dynamo's docs (canary after 10 s, timeout 3 s; migration limit 3 as advised, off by default) and fault_tolerance tests (start 82 s)",
  values: {
    canary: { after: "10 s", timeout: "3 s" },
    onLoss: { kind: "restart", time: "82 s" },
    inFlight: "migrate",
    whileDown: "wait",
  },
  assumed: ["onLoss", "inFlight"],
};
