import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate, simulateWithin } from "../simulate.ts";

const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 2, noNaN: true }));

test("a run is broken off exactly when its last first token, or its end, comes after the limit; otherwise its report is the same", {
  tags: "long",
}, () => {
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
    { numRuns: drawnCases(60) },
  );
  expect(Math.min(outcomes.within, outcomes.late)).toBeGreaterThan(10);
});

test("a run has a limit only where its batch is dealt out before it, and nothing strikes it", () => {
  const limit = { firstTokensNs: Number.MAX_SAFE_INTEGER, endNs: Number.MAX_SAFE_INTEGER };
  const refused = (scenario: Scenario) => {
    expect(() => simulateWithin(scenario, limit)).toThrow("a limit of a run");
  };
  fc.assert(fc.property(loadedScenario, refused), { numRuns: drawnCases(8) });
  const slow = { kind: "gpu-slow" as const, at: 1e-6, ranks: [0], speed: 0.5 };
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      refused({ ...scenario, faults: [slow] });
    }),
    { numRuns: drawnCases(8) },
  );
});
