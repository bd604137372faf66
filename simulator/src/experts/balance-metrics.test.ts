import { bytesOf } from "@tokenyard/model";
import { exchangeFormats, sendsCopies } from "@tokenyard/placement";
import type { Recording } from "@tokenyard/report";
import { summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, each) => all + each, 0);

const exchanging = drawnScenario.filter((scenario) => {
  const { plan } = prepare(scenario);
  return scenario.model.experts !== undefined && sendsCopies(plan);
});

const computed = ({ routing }: Recording) => sum(routing.map(({ kept, reroutedPerLayer = [] }) => kept + sum(reroutedPerLayer)));

test("the traffic matrix adds up to the copies that are computed, times the bytes of one there and back, for each rank that has a part of it", {
  tags: "long",
}, () => {
  let alone = 0;
  fc.assert(
    fc.property(exchanging, (given) => {
      const scenario: Scenario = { ...given, routing: { ...given.routing, dispatch: "per-copy" } };
      const { model, parallelism } = scenario;
      const { plan } = prepare(scenario);
      const recording = run(prepare(scenario));
      const { dispatch, combine } = exchangeFormats(scenario, plan);
      const ranks = Math.min(plan.tensor, plan.sourceRanks);
      const each = model.hiddenSize * (bytesOf(dispatch) + bytesOf(combine)) * ranks;
      const { bytes, sameRankBytes, sameNodeBytes, fabricBytes, nodeBytes } = summarize(recording).balance.traffic!;
      expect(bytes / (computed(recording) * each)).toBeCloseTo(1, 9);
      expect((sameRankBytes + sameNodeBytes + fabricBytes) / bytes).toBeCloseTo(1, 9);
      if (nodeBytes !== null) expect(sum(nodeBytes.flat()) / bytes).toBeCloseTo(1, 9);
      if (plan.nodes === 1) expect(fabricBytes).toBe(0);
      alone += Number(parallelism.tensor === 1);
    }),
    { numRuns: drawnCases(24) },
  );
  expect(alone).toBeGreaterThan(0);
});

test("tokens that go once to a rank are no more than their copies, and no fewer than the most that one rank could take of them", () => {
  fc.assert(
    fc.property(exchanging, (given) => {
      const { pad: _, capacityFactor: __, capacityControl: ___, ...routing } = given.routing;
      const once = run(prepare({ ...given, routing: { ...routing, dispatch: "per-token" } }));
      const { topK } = given.model.experts!;
      const { plan } = prepare(given);
      const { dispatch, combine } = exchangeFormats(given, plan);
      const each = given.model.hiddenSize * (bytesOf(dispatch) + bytesOf(combine)) * Math.min(plan.tensor, plan.sourceRanks);
      const visits = sum(once.traffic!.nodes) / each;
      expect(visits).toBeLessThanOrEqual(computed(once) * (1 + 1e-9));
      expect(visits).toBeGreaterThanOrEqual((computed(once) / topK) * (1 - 1e-9));
    }),
    { numRuns: drawnCases(16) },
  );
});

test("the hottest pairs are pairs of different ranks, the most bytes first, none with more than there are between their nodes", () => {
  fc.assert(
    fc.property(exchanging, (scenario) => {
      const { traffic, nodeOfRank } = run(prepare(scenario));
      const { hottest, nodes } = traffic!;
      const count = Math.sqrt(nodes.length);
      for (const [place, { from, to, bytes }] of hottest.entries()) {
        expect(from).not.toBe(to);
        expect(bytes).toBeLessThanOrEqual((hottest[place - 1]?.bytes ?? Number.POSITIVE_INFINITY) + 1);
        expect(bytes).toBeLessThanOrEqual(nodes[nodeOfRank[from]! * count + nodeOfRank[to]!]! * (1 + 1e-9));
      }
    }),
    { numRuns: drawnCases(16) },
  );
});

test("what is lost to slowest ranks is what they took with experts beyond the mean; on one rank nothing", () => {
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      const recording = run(prepare(scenario));
      const { opKinds, busyNs, ranks, slowestNs, stageOfRank } = recording;
      const kind = opKinds.findIndex(({ name }) => name === "experts");
      const ofStage = new Map<number, number[]>();
      for (let rank = 0; rank < ranks; rank++) ofStage.set(stageOfRank[rank]!, [...(ofStage.get(stageOfRank[rank]!) ?? []), rank]);
      for (const own of ofStage.values()) {
        for (const phase of [0, 1]) {
          const busy = own.map((rank) => busyNs[(rank * 2 + phase) * opKinds.length + kind]!);
          const lost = sum(own.map((rank) => slowestNs[rank * 2 + phase]!));
          const beyond = Math.max(...busy) - sum(busy) / own.length; // had one rank been the slowest all the time
          expect(lost).toBeGreaterThanOrEqual(beyond - 1e-6 * (1 + beyond));
          expect(lost).toBeLessThanOrEqual(sum(busy) + 1e-6);
        }
      }
    }),
    { numRuns: drawnCases(24) },
  );
});

test("loads over windows are less uneven than those of single micro-batches, where chance is all that there is", () => {
  const scenarios = drawnScenario.filter(({ model }) => model.experts !== undefined);
  fc.assert(
    fc.property(scenarios, (given) => {
      const scenario: Scenario = { ...given, routing: { ...given.routing, gate: { kind: "uniform" } } };
      const recording = run(prepare(scenario));
      const { windows, routing } = recording;
      const single = routing.map(({ loads }) => loads.loadVariance.sum);
      const count = sum(routing.map(({ loads }) => loads.loadVariance.count));
      if (windows === undefined) return;
      expect(windows.expert.count).toBeLessThanOrEqual(count);
      // σ of a sum is at most the sum of the σ, so σ/mean of a window is at most the largest of its micro-batches
      const most = Math.max(...routing.map(({ loads }) => loads.loadVariance.max));
      expect(windows.expert.max).toBeLessThanOrEqual(most * (1 + 1e-9));
      if (windows.expert.count === count) expect(windows.expert.sum).toBeCloseTo(sum(single), 6);
    }),
    { numRuns: drawnCases(16) },
  );
});

test("batches of micro-batches hold what was routed and dropped, and their interval is around the share that was", { tags: "long" }, () => {
  let reported = 0;
  fc.assert(
    fc.property(
      drawnScenario.filter(({ model, routing }) => model.experts !== undefined && routing.capacityFactor !== undefined),
      (scenario) => {
        const recording = run(prepare(scenario));
        const { balance } = summarize(recording);
        for (const [phase, name] of [
          [0, "prefill"],
          [1, "decode"],
        ] as const) {
          const { batches, routed, dropped } = recording.routing[phase];
          if (batches === undefined) continue;
          expect([sum(batches.routed), sum(batches.dropped)]).toEqual([routed, dropped]);
          const within = balance.expert[name]?.droppedWithin;
          if (within === undefined) continue;
          reported++;
          expect(within.low).toBeLessThanOrEqual(balance.expert[name]!.droppedShare);
          expect(within.high).toBeGreaterThanOrEqual(balance.expert[name]!.droppedShare);
        }
      },
    ),
    { numRuns: drawnCases(48) },
  );
  expect(reported).toBeGreaterThan(0);
});
