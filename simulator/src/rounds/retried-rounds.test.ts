import fc from "fast-check";
import { expect, test } from "vitest";
import { replayDifferences } from "../replays/replay.contract.ts";
import { retriedPipelines, struckAndRetriedPipelines } from "../retried-scenario.contract.ts";

// `pnpm fuzz` tries a thousand of each.
const FUZZED = process.env["FUZZ_FAULTS"];
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };
const RUNS = FUZZED === undefined ? 20 : Number(FUZZED) / 10;

for (const [name, scenarios] of [
  ["", retriedPipelines],
  [", under any faults", struckAndRetriedPipelines],
] as const)
  test(`rounds give the recording of their events, whoever gives up and tries again${name}`, LONG, () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        expect(replayDifferences(scenario)).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
