import type { Scenario } from "@tokenyard/scenario";
import { loadedScenario } from "../loaded-scenario.contract.ts";

/** Loads of an engine that composes each step while the one before it runs, on one stage, whose requests come while others decode. */
export const composedAheadScenario = loadedScenario
  .filter(({ workload, pools }) => workload.kind === "open" && workload.promptTokens !== undefined && pools === undefined)
  .map(({ workload, serving, parallelism, ...scenario }): Scenario => {
    const rate = { ...workload, rate: 4000, outputTokens: { kind: "uniform", from: 1, to: 60 } } as Scenario["workload"];
    return {
      ...scenario,
      workload: rate,
      parallelism: { ...parallelism, pipeline: 1, interleave: 1 },
      serving: { ...serving, stepsAhead: 1 },
    };
  });
