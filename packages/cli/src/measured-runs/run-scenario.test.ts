import { parseScenario, resolvedOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { measuredRun } from "../fixtures/measured-run.ts";
import { scenarioOfRun } from "./run-scenario.ts";

const WORKLOAD = { kind: "closed", concurrency: 2, requests: 20, promptTokens: 100, outputTokens: 10 };

/** A run that was observed with a scenario which has `calibration`. */
function observedWith(calibration?: object) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { preset: "llama-3.1-8b" },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", version: "0.19" },
    workload: WORKLOAD,
    ...(calibration === undefined ? {} : { calibration }),
  });
  return measuredRun({
    launch: null,
    observed: {
      url: "http://localhost:8000/v1",
      api: "completions",
      seed: 1,
      contentSeed: 1,
      workload: WORKLOAD,
      scenario: resolvedOf(scenario) as Record<string, unknown>,
      version: null,
      models: null,
      exactPrompts: true,
      fixedOutputs: true,
      sent: 20,
      ended: "all-sent",
      lateSeconds: null,
      clientBusy: 0.1,
      outcomes: { finished: 20 },
    },
  });
}

const slower = (step: number) => ({ tokenyard: "0.1.0", hostTimes: { engine: "vllm", version: "0.19", gpu: "h100-sxm", step } });

test.each([
  ["no calibration", undefined],
  ["another calibration", slower(3)],
])("host times are those of the calibration that is given, where the scenario was observed with %s", (_, own) => {
  const layerWith = (calibration: object) => {
    const scenario = scenarioOfRun(observedWith(own), calibration);
    if (typeof scenario === "string") throw new Error(scenario);
    return scenario.serving.stepOverhead!.layer;
  };
  // of 31 us
  expect(layerWith({ tokenyard: "0.1.0" })).toBeCloseTo(31e-6, 12);
  expect(layerWith(slower(2))).toBeCloseTo(62e-6, 12);
});
