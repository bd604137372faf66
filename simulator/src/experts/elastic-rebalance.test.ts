import { summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import { executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const KINDS = ["shrink", "mask", "reroute"] as const;

/** Experts that move by their loads, on replicas that go on without ranks they have lost. */
const elastic = struckScenario
  .filter(({ model, parallelism }) => model.experts !== undefined && parallelism.expert > 1)
  .map((scenario): Scenario => {
    const { seed, health, communication } = scenario;
    const common = { window: undefined, every: 3, below: 1, from: { kind: "peers" as const } };
    const move = seed % 2 === 0 ? { kind: "sync" as const } : { kind: "async" as const, layersPerStep: 1 };
    return {
      ...scenario,
      health: {
        ...health!,
        exit: 1e-5,
        onLoss: { kind: KINDS[seed % 3]!, decide: 0, rebuild: 2e-5, graph: 0, rejoin: seed % 5 === 0 ? undefined : 1e-5 },
      },
      ...(communication === undefined ? {} : { communication: { ...communication, fallback: "fail", sends: undefined } }),
      rebalance: seed % 7 === 0 ? { kind: "greedy", swaps: 4, move, ...common } : { kind: "eplb", move, ...common },
      expertCache: undefined,
    } as Scenario;
  })
  .filter(({ faults }) => faults!.length > 0);

const seen = { lost: 0, moves: 0 };

function conserves(scenario: Scenario): void {
  const recording = run(prepare(scenario));
  const { routing, served, faults, rebalances } = recording;
  for (const { routed, kept, dropped, reroutedPerLayer = [], maskedPerLayer = [] } of routing)
    expect(kept + dropped + sum(reroutedPerLayer) + sum(maskedPerLayer)).toBe(routed);
  const { arrived, finished, rejected, failed } = served!;
  expect(finished + rejected + failed + summarize(recording).faults!.inFlight).toBe(arrived);
  seen.lost += sum(faults!.map(({ expertsMissing }) => expertsMissing));
  seen.moves += rebalances?.moves ?? 0;
}

test("runs that lose ranks while experts move conserve copies and requests", () => {
  fc.assert(fc.property(elastic, conserves), { numRuns: drawnCases(24), endOnFailure: true });
  expect(seen.lost).toBeGreaterThan(0);
  expect(seen.moves).toBeGreaterThan(0);
});

test("and are the same however they are timed", { tags: "long" }, () => {
  const isAlike = (scenario: Scenario) => {
    expect(executorDifferences(scenario)).toEqual([]);
  };
  fc.assert(fc.property(elastic, isAlike), { numRuns: drawnCases(36), endOnFailure: true });
});

const POPULAR = [40, 40, 10, 10, 10, 10, 10, 10];

/** Four ranks with two experts each, of which those of rank 0 are popular; rank 3 is lost from 400 us to 800 us. */
const byHand = (onLoss: object, more: object = {}) =>
  parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, experts: { count: 8, topK: 1, hiddenSize: 64 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 4 },
    routing: { gate: { kind: "recorded", file: { path: "rows.csv", sha256: "0", rows: [POPULAR] } } },
    workload: { kind: "open", requests: 40, rate: "20000 requests/s", promptTokens: 50, outputTokens: 12 },
    serving: { scheduler: "continuous" },
    faults: [{ kind: "gpu-lost", at: "400 us", for: "400 us", ranks: [3] }],
    health: { exit: "10 us", onLoss: { rebuild: "20 us", rejoin: "10 us", ...onLoss }, inFlight: "migrate" },
    rebalance: { kind: "eplb", every: 1000 },
    ...more,
  });

test("experts are looked at again at once after a loss, and once more when the rank is back, without a whole window", () => {
  const rebalances = (scenario: Scenario) => run(prepare(scenario)).rebalances!;
  const none = rebalances(byHand({ kind: "mask" }, { faults: [] }));
  expect([none.windows, none.rebalances]).toEqual([0, 0]); // fewer visits than a window
  const struck = rebalances(byHand({ kind: "mask" }));
  expect([struck.windows, struck.rebalances]).toEqual([2, 2]);
  const forGood = rebalances(byHand({ kind: "mask", rejoin: undefined }));
  expect(forGood.rebalances).toBe(1);
});

test("experts of a lost rank are missing until it is back, with what it held, whatever has moved", () => {
  const report = (onLoss: object) => summarize(run(prepare(byHand(onLoss))));
  const [masked, around] = [report({ kind: "mask" }), report({ kind: "reroute" })];
  expect(masked.faults!.events[0]!.expertsMissing).toBe(2);
  expect(masked.tokens.masked).toBeGreaterThan(0);
  expect(around.faults!.events[0]!.elsewhere).toMatchObject({ mostMissing: 2, experts: 8 });
  expect(around.faults!.events[0]!.elsewhere!.gateShare).toBeCloseTo(20 / 140, 9);
  expect(around.tokens.masked).toBe(0);
  const workload = { kind: "open", requests: 60, rate: "20000 requests/s", promptTokens: 50, outputTokens: 12 };
  const grownColumn = summarize(run(prepare(byHand({ kind: "mask" }, { workload })))); // more tokens once it is back
  expect(grownColumn.tokens.routed).toBeGreaterThan(masked.tokens.routed);
  expect(grownColumn.tokens.masked).toBe(masked.tokens.masked);
});

/** The same, and what is lost from `at` on, for 400 us, is the slot in which `expert` begins. */
const slotLost = (onLoss: object, more: object = {}, expert = 1, at = "400 us") =>
  byHand(onLoss, { faults: [{ kind: "expert-lost", at, for: "400 us", layer: 0, expert }], ...more });

test("with a lost slot the expert is missing that lies in it then, wherever the one is that began there", () => {
  const lost = (every: number) => {
    const scenario = slotLost({ kind: "reroute" }, { rebalance: { kind: "eplb", every } }, 1, "800 us");
    return summarize(run(prepare(scenario))).faults!.events[0]!.elsewhere!;
  };
  const still = lost(1000);
  expect(still).toMatchObject({ mostMissing: 1, experts: 8 });
  expect(still.gateShare).toBeCloseTo(40 / 140, 9);
  const moved = lost(4); // EPLB gives each popular expert a rank, and in its second slot one of the others
  expect(moved).toMatchObject({ mostMissing: 1, experts: 8 });
  expect(moved.gateShare).toBeCloseTo(10 / 140, 9);
});

test("after a lost slot, too, experts are looked at again at once, and once more when it is back", () => {
  const rebalances = (expert: number, rejoin?: string) => {
    const report = summarize(run(prepare(slotLost({ kind: "mask", rejoin }, {}, expert))));
    expect(report.faults!.events[0]).toMatchObject({ expertsMissing: 1, slotsLost: 1 });
    expect(report.tokens.masked).toBeGreaterThan(0);
    const { windows, rebalances: changes } = report.balance.rebalances!;
    return [windows, changes];
  };
  // Without popular expert 1 ranks have 40, 20, 20 and 20: nothing is better until it is back beside expert 0.
  expect(rebalances(1)).toEqual([1, 0]);
  expect(rebalances(1, "10 us")).toEqual([2, 1]);
  // Without expert 4 they have 80, 20, 10 and 20.
  expect(rebalances(4)).toEqual([1, 1]);
});

test("a replica that starts again has all its slots, whatever has moved", () => {
  const health = { exit: "10 us", onLoss: { kind: "restart", time: "20 us" }, inFlight: "migrate" };
  const { requests, faults, tokens } = summarize(run(prepare(slotLost({}, { health, rebalance: { kind: "eplb", every: 4 } }))));
  expect(requests.finished).toBe(40);
  expect(faults!.events[0]!.expertsMissing).toBe(0);
  expect(tokens).not.toHaveProperty("masked");
});

test("a loss during a rebalance finds the layers that have moved moved, and gives up the others, also the one on its way", () => {
  const struck = (at: string, outputTokens: number) =>
    byHand(
      { kind: "reroute" },
      {
        model: {
          layers: 2,
          hiddenSize: 64,
          attention: { heads: 8, kvHeads: 8, headSize: 8 },
          experts: { count: 8, topK: 1, hiddenSize: 64 },
        },
        routing: { gate: { kind: "recorded", file: { path: "rows.csv", sha256: "0", rows: [POPULAR, POPULAR] } } },
        workload: { kind: "open", requests: 1, rate: "20000 requests/s", promptTokens: 4000, outputTokens },
        rebalance: { kind: "eplb", every: 4, move: { kind: "async", layersPerStep: 1 } },
        faults: at === "" ? [] : [{ kind: "gpu-lost", at, ranks: [0] }],
      },
    );
  const endOf = (pass: number) => summarize(run(prepare(struck("", pass)))).horizonSeconds;
  const during = (pass: number) => {
    const { faults } = summarize(run(prepare(struck(`${(endOf(pass - 1) + endOf(pass)) / 2} s`, 12))));
    const { gateShare, mostMissing } = faults!.events[0]!.elsewhere!;
    expect(mostMissing).toBe(2);
    return gateShare * 140;
  };
  // The first window is four passes. In pass 5 the copies of layer 0 come, in pass 6 those of layer 1. Rank 0 has both popular experts before, 80 of 140, and one of them with another after, 50 of 140.
  const [before, first, second, after] = [4, 5, 6, 7].map(during);
  expect(before).toBeCloseTo(80, 6);
  expect(first).toBeCloseTo(80, 6);
  expect(second).toBeCloseTo((50 + 80) / 2, 6);
  expect(after).toBeCloseTo(50, 6);
});
