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
      faults: scenario.faults!.filter((fault) => fault.kind !== "expert-lost" && fault.kind !== "random"),
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

/** Four ranks with two experts each, of which those of rank 0 are popular; rank 3 is lost from 400 us to 800 us. */
const byHand = (onLoss: object, more: object = {}) =>
  parseScenario({
    tokenyard: 1,
    engine: "ideal",
    model: { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, experts: { count: 8, topK: 1, hiddenSize: 64 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: 4 },
    routing: { gate: { kind: "recorded", file: { path: "rows.csv", sha256: "0", rows: [[40, 40, 10, 10, 10, 10, 10, 10]] } } },
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

test("a single slot that is lost beside experts that move is refused, unless all restart", () => {
  const faults = [{ kind: "expert-lost", at: "400 us", layer: 0, expert: 1 }];
  expect(() => prepare(byHand({ kind: "mask" }, { faults }))).toThrow("health.onLoss: mask beside rebalance and expert-lost given");
  const health = { exit: "10 us", onLoss: { kind: "restart", time: "20 us" }, inFlight: "migrate" };
  expect(summarize(run(prepare(byHand({}, { faults, health })))).requests.finished).toBe(40);
});
