import type { Recording } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sampled } from "../metrics/sampled.contract.ts";
import { differences, plain } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import {
  contextParallel,
  contextParallelCachedScenario,
  contextParallelDraftedScenario,
  contextParallelScenario,
} from "./context-parallel-scenario.contract.ts";
import { struckCachedAndRetried } from "./retried-scenario.contract.ts";
import { struckAndCached, struckScenario } from "./struck-scenario.contract.ts";

const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("requests and tokens are conserved where ranks share contexts, with caches and drafts", () => {
  const check = (scenario: Scenario) => {
    const { requests, served } = recorded(scenario);
    expect(served!.arrived).toBe(served!.finished + served!.rejected);
    const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
    expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)));
    expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
    everyLaneAddsUp(recorded(scenario));
  };
  for (const scenarios of [contextParallelScenario, contextParallelCachedScenario, contextParallelDraftedScenario])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(8), endOnFailure: true });
});

test("under faults and retries so they are, copies of caches or not, and samples change nothing", () => {
  const copied = fc.tuple(contextParallel(struckScenario), fc.constantFrom(1, 16)).map(
    ([scenario, every]): Scenario => ({
      ...scenario,
      checkpoints: { every, to: { kind: "host", bandwidth: 1e9 } },
      health: { ...scenario.health!, inFlight: "migrate" },
    }),
  );
  const check = (scenario: Scenario) => {
    const whole = recorded(scenario);
    const { arrived, finished, rejected, failed } = whole.served!;
    const count = (status: number) => whole.requests.status.filter((each) => each === status).length;
    expect([count(1), count(2), count(3)]).toEqual([finished, rejected, failed]);
    expect(finished + rejected + failed + count(0)).toBe(arrived);
    everyLaneAddsUp(whole);
    expect(differences(plain(sampled(scenario, 7, { rows: true }).recording), plain(whole))).toEqual([]);
  };
  for (const scenarios of [contextParallel(struckAndCached), contextParallel(struckCachedAndRetried), copied])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(8), endOnFailure: true });
});

function everyLaneAddsUp({ busyNs, waitingNs, idleNs, lostNs, downNs, opKinds, ranks, horizonNs }: Recording): void {
  for (let rank = 0; rank < ranks; rank++) {
    for (const [lane, name] of ["compute", "network"].entries()) {
      let ns = 0;
      for (let phase = 0; phase < 2; phase++) {
        const side = (rank * 2 + phase) * 2 + lane;
        ns += waitingNs[side]! + idleNs[side]! + lostNs[side]! + (downNs?.[side] ?? 0);
        for (const [kind, of] of opKinds.entries()) if (of.lane === name) ns += busyNs[(rank * 2 + phase) * opKinds.length + kind]!;
      }
      expect(ns).toBeCloseTo(horizonNs, 3);
    }
  }
}
