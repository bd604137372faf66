import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { halved } from "../halved-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { pipelinedScenario } from "../pipelined-scenario.contract.ts";
import { replayContract } from "./replay.contract.ts";

// `pnpm fuzz` tries a thousand of each.
const FUZZED = process.env["FUZZ_FAULTS"];
const RUNS = FUZZED === undefined ? 25 : Number(FUZZED) / 10;
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };

/** `scenarios` with data groups of several ranks, some of which are slow: all the time, or for some of it. */
const slowed = (scenarios: fc.Arbitrary<Scenario>) =>
  fc
    .record({
      scenario: scenarios.filter(({ pools, parallelism }) => pools === undefined && (parallelism.attention?.tensor ?? 1) > 1),
      slow: fc.array(
        fc.record({
          kind: fc.constantFrom("gpu-slow" as const, "gpu-slow" as const, "link-slow" as const),
          at: fc.constantFrom(0, 0, 1e-4),
          for: fc.constantFrom(undefined, 2e-3),
          first: fc.nat(100),
          count: fc.constantFrom(1, 1, 2, 3),
          speed: fc.constantFrom(0.97, 0.7, 0.1),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    })
    .map(({ scenario, slow }): Scenario => {
      const { expert, tensor, pipeline, data } = scenario.parallelism;
      const ranks = expert * tensor * pipeline * data;
      const faults = slow.map(({ first, count, ...each }) => ({
        ...each,
        ranks: [...new Set(Array.from({ length: count }, (_, i) => (first + i) % ranks))],
      }));
      return { ...scenario, faults };
    });

replayContract("ranks of a data group that are slow", slowed(loadedScenario), RUNS, LONG);
replayContract("ranks of a data group that are slow, in a pipeline", slowed(pipelinedScenario), RUNS, LONG);

const drawing = halved({ min: 4, max: 6 }, ["uniform", { kind: "lognormal", sigma: 1 }], [{}, { capacityFactor: 1 }]);
const served = drawing.filter(({ serving }) => serving.scheduler.kind !== "static");
replayContract("ranks of a data group that are slow, in halves whose layers draw their experts", slowed(served), Math.ceil(RUNS / 2), LONG);
