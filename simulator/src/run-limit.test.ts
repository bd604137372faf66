import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "./drawn-scenario.contract.ts";
import { prepare } from "./setup/prepare.ts";
import { run, simulate, simulateWithin } from "./simulate.ts";

const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 2, noNaN: true }));

test("a run is broken off exactly when its last first token, or its end, comes after the limit; otherwise its report is the same", () => {
  const outcomes = { within: 0, late: 0 };
  fc.assert(
    fc.property(drawnScenario, share, share, (scenario, ofFirst, ofEnd) => {
      const { horizonNs, requests } = run(prepare(scenario), { rows: true });
      const lastFirstNs = Math.max(...requests.firstTokenNs);
      const limit = { firstTokensNs: Math.floor(ofFirst * lastFirstNs), endNs: Math.floor(ofEnd * horizonNs) };
      const isLate = lastFirstNs > limit.firstTokensNs || horizonNs > limit.endNs;
      outcomes[isLate ? "late" : "within"]++;
      expect(simulateWithin(scenario, limit)).toEqual(isLate ? undefined : simulate(scenario));
    }),
    { numRuns: 60 },
  );
  expect(Math.min(outcomes.within, outcomes.late)).toBeGreaterThan(10);
});
