import { type Report, summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { fitted } from "../fitted-scenario.contract.ts";
import { cachedScenario } from "../laws/cached-scenario.contract.ts";
import { halved } from "../laws/halved-scenario.contract.ts";
import { pipelinedScenario } from "../laws/pipelined-scenario.contract.ts";
import { struckAndRetried, struckAndRetriedPipelines } from "../laws/retried-scenario.contract.ts";
import { slowedPipelines, struckAndCached, struckPipelines, struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import type { RunOptions } from "../options/run-options.ts";
import { differences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { sampled } from "./sampled.contract.ts";

const FAMILIES = {
  "any load": loadedScenario,
  "any load, with a prefix cache": cachedScenario,
  "kernels fitted to measured ones": loadedScenario.map(fitted),
  pipelines: pipelinedScenario,
  "pipelines, under faults": struckPipelines,
  "pipelines, whose ranks are slow now and then": slowedPipelines,
  "pipelines, under faults, with retries": struckAndRetriedPipelines,
  "static batches, on any deployment": drawnScenario,
  "halves whose layers draw their experts": halved({ min: 4, max: 6 }, ["uniform"], [{}, { capacityFactor: 1 }]),
  "halves, whose slots share experts": halved(
    { min: 4, max: 6 },
    ["uniform", { kind: "lognormal", sigma: 1 }],
    [2, 4].map((spareSlots) => ({ placement: { kind: "redundant", spareSlots } })),
  ),
  "any load, under faults": struckScenario,
  "any load, under faults, with a prefix cache": struckAndCached,
  "any load, under faults, with retries": struckAndRetried,
} as const;

for (const [name, scenarios] of Object.entries(FAMILIES)) {
  test(`a report says the same to the last digit, sampled or not, of passes at once, one by one or op by op: ${name}`, () => {
    const reported = (scenario: Scenario, options: RunOptions): Report => summarize(run(prepare(scenario), options));
    fc.assert(
      fc.property(scenarios as fc.Arbitrary<Scenario>, fc.constantFrom(3, 17, 150), (scenario, parts) => {
        const recording = run(prepare(scenario));
        const report = summarize(recording);
        expect(differences(summarize(sampled(scenario, parts, {}, recording.horizonNs).recording), report)).toEqual([]);
        expect(differences(reported(scenario, { executor: "loop" }), report)).toEqual([]);
        expect(differences(reported(scenario, { executor: "stages" }), report)).toEqual([]);
      }),
      { numRuns: drawnCases(6), endOnFailure: true },
    );
  });
}
