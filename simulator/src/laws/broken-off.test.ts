import { type Recording, servedOf, summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import type { Cut } from "../options/run-options.ts";
import { anyCuts, cutsOf, differences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { cachedScenario } from "./cached-scenario.contract.ts";

// Laws of runs whose replicas are broken off at any instants and begin their passes again. That the executor gives then what ops one by one give is in
// passes/executors.contract.ts.

const law = (scenarios: fc.Arbitrary<Scenario>, check: (scenario: Scenario, cuts: readonly Cut[]) => void, numRuns: number) =>
  fc.assert(
    fc.property(scenarios, anyCuts, (scenario, parts) => check(scenario, cutsOf(scenario, parts))),
    { numRuns: drawnCases(numRuns), endOnFailure: true },
  );
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** [ranks × lanes] */
const laneNs = ({ ranks, opKinds, busyNs, waitingNs, idleNs, lostNs }: Recording) =>
  Array.from({ length: ranks * 2 }, (_, at) => {
    const [rank, lane] = [Math.floor(at / 2), at % 2];
    const ofPhase = (phase: number) => {
      const own = opKinds.map((kind, k) =>
        kind.lane === (lane === 0 ? "compute" : "network") ? busyNs[(rank * 2 + phase) * opKinds.length + k]! : 0,
      );
      const side = (rank * 2 + phase) * 2 + lane;
      return sum(own) + waitingNs[side]! + idleNs[side]! + lostNs[side]!;
    };
    return ofPhase(0) + ofPhase(1);
  });

test("of a batch, visits that are timed as a whole give what their ops give one by one", { tags: "long" }, () => {
  let lost = 0;
  law(
    drawnScenario,
    (scenario, cuts) => {
      const [whole, single] = (["form", "stages"] as const).map((executor) => recorded(scenario, { executor, cuts }));
      const { routing: inOne, ...rest } = whole!;
      const { routing: byOps, ...others } = single!;
      expect(differences(rest, others)).toEqual([]);
      const counts = (of: typeof inOne) => of.map(({ routed, kept, dropped, tokens }) => ({ routed, kept, dropped, tokens }));
      expect(differences(counts(inOne), counts(byOps))).toEqual([]);
      lost += sum(rest.lostNs);
    },
    24,
  );
  expect(lost).toBeGreaterThan(0);
});

test("for every rank and lane busy + waiting + idle + lost = horizon, to the nanosecond", { tags: "long" }, () => {
  for (const scenarios of [drawnScenario, loadedScenario]) {
    let lost = 0;
    law(
      scenarios,
      (scenario, cuts) => {
        const recording = recorded(scenario, { cuts });
        for (const ns of laneNs(recording)) expect(ns).toBe(recording.horizonNs);
        lost += sum(recording.lostNs);
      },
      24,
    );
    expect(lost).toBeGreaterThan(0);
  }
});

test("requests are conserved: each finishes or is rejected as without, with all its tokens, once", { tags: "long" }, () => {
  for (const scenarios of [loadedScenario, cachedScenario]) {
    law(
      scenarios,
      (scenario, cuts) => {
        const { requests, served } = recorded(scenario, { cuts });
        expect(served!.arrived).toBe(served!.finished + served!.rejected);
        const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
        expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)));
        expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
        expect(served!.rejected).toBe(recorded(scenario, {}).served!.rejected);
      },
      16,
    );
  }
});

test("the breakdown adds up to the mean TTFT and TPOT of answered requests: what was broken off is part of the queue", () => {
  for (const scenarios of [drawnScenario, loadedScenario]) {
    law(
      scenarios,
      (scenario, cuts) => {
        const recording = recorded(scenario, { cuts });
        const { breakdown } = summarize(recording);
        const { ttftNs, tpotNs } = recording.served ?? servedOf(recording.requests);
        if (ttftNs.count > 0) expect((sum(Object.values(breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 6);
        if (tpotNs.count > 0) expect((sum(Object.values(breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 6);
      },
      16,
    );
  }
});
