import { layerKinds } from "@tokenyard/model";
import { expertSlotBytes, weightBytesOf } from "@tokenyard/placement";
import type { Recording } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences, plain } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

type RebalanceSpec = NonNullable<Scenario["rebalance"]>;

const specs = fc.constantFrom<RebalanceSpec>(
  { kind: "eplb", window: 1, every: 1, below: 1, move: { kind: "sync" }, from: { kind: "peers" } },
  { kind: "eplb", window: 2, every: 2, below: 1, move: { kind: "async", layersPerStep: 1 }, from: { kind: "peers" } },
  {
    kind: "greedy",
    window: 1,
    every: 2,
    below: 1,
    move: { kind: "async", layersPerStep: 2 },
    from: { kind: "host", bandwidth: 1e9 },
    swaps: 4,
  },
);

/** Scenarios that have experts to move, with a rebalancer. */
const withRebalancer = fc
  .tuple(drawnScenario, specs)
  .filter(([scenario]) => scenario.model.experts !== undefined && scenario.parallelism.expert > 1)
  .map(([scenario, rebalance]): Scenario & { rebalance: RebalanceSpec } => ({ ...scenario, rebalance }));

/** Shares of tokens go over the fabric: their bytes came to other last digits op by op than in one pass. */
const fractional = parseScenario({
  tokenyard: 1,
  model: {
    layers: 1,
    hiddenSize: 32,
    attention: { heads: 8, kvHeads: 4, headSize: 8 },
    experts: { count: 8, topK: 2, hiddenSize: 64, matrices: 3, shared: 1 },
    precision: { weights: "fp8", dispatch: "fp8" },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
    gpusPerNode: 1,
    network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
  },
  parallelism: { layers: "shared-ranks", expert: 3, tensor: 4, attention: { tensor: 2 } },
  routing: {
    gate: { kind: "zipf", exponent: 1 },
    capacityFactor: 1.1,
    minCapacity: 1,
    capacityRounding: { kind: "aligned", multiple: 4 },
    dispatch: "by-phase",
    placement: "packed",
    expertReduce: "before-combine",
    overflow: "reroute",
  },
  workload: { kind: "batch", sequences: 4, promptTokens: { kind: "uniform", from: 1, to: 300 }, outputTokens: 1 },
  serving: { overlap: "none" },
  rebalance: { kind: "eplb", window: 1, every: 1, move: "sync", from: "peers" },
}) as Scenario & { rebalance: RebalanceSpec };

const recorded = (scenario: Scenario): Recording => run(prepare(scenario));

function without({ rebalance: _, ...scenario }: Scenario): Scenario {
  return scenario;
}

test("a rebalancer that moves nothing costs nothing: every rank is as busy, and ends as soon, as without one", { tags: "long" }, () => {
  fc.assert(
    fc.property(withRebalancer, (scenario) => {
      const still = recorded({ ...scenario, rebalance: { ...scenario.rebalance, below: 1e-9 } });
      const plain = recorded(without(scenario));
      for (const key of ["horizonNs", "busyNs", "waitingNs", "idleNs", "work"] as const) expect(still[key]).toEqual(plain[key]);
      expect(still.rebalances).toMatchObject({ rebalances: 0, moves: 0, bytes: 0, moveNs: 0 });
    }),
    { numRuns: drawnCases(24), examples: [[fractional]] },
  );
});

test("what is moved is reported: bytes are those of the experts, no window is worse once it is known, and where nothing moves all stays as it was", () => {
  let moved = 0;
  fc.assert(
    fc.property(withRebalancer, (scenario) => {
      const { plan } = prepare(scenario);
      const { windows, rebalances, moves, bytes, still, reached, best } = recorded(scenario).rebalances!;
      moved += moves;
      expect(rebalances).toBeLessThanOrEqual(windows);
      expect(best).toBeLessThanOrEqual(reached);
      expect(best).toBeGreaterThanOrEqual(windows - 1e-9);
      if (rebalances === 0) expect(reached).toBe(still);
      if (moves === 0) expect(bytes).toBe(0);
      else expect((bytes / moves) % 1).toBe(0);
      if (windows > 0) expect(plan.expert).toBeGreaterThan(1);
    }),
    { numRuns: drawnCases(24) },
  );
  expect(moved).toBeGreaterThan(0);
});

test("which experts tokens choose does not depend on where these lie", () => {
  fc.assert(
    fc.property(withRebalancer, (given) => {
      if (given.routing.gate.kind === "drifting") return; // whose popularity moves with time
      const scenario = { ...given, routing: { ...given.routing, dispatch: "per-copy" as const } }; // visits are drawn with their places
      const [moving, still] = [recorded(scenario), recorded(without(scenario))];
      for (const phase of [0, 1] as const) expect(moving.routing[phase].tokens).toEqual(still.routing[phase].tokens);
    }),
    { numRuns: drawnCases(16) },
  );
});

test("ranks of stages with experts hold room for those that are on their way: the slots of so many layers", () => {
  fc.assert(
    fc.property(withRebalancer, (scenario) => {
      const { plan } = prepare(scenario);
      const kinds = layerKinds(scenario.model);
      const [moving, still] = [weightBytesOf(scenario, plan), weightBytesOf(without(scenario), plan)];
      const { move } = scenario.rebalance;
      plan.layersOfStage.forEach((layers, stage) => {
        const moe = layers.filter((layer) => kinds[layer] === "moe").length;
        const room =
          Math.min(move.kind === "async" ? move.layersPerStep : 1, moe) * plan.expertPlacement!.mostSlots * expertSlotBytes(scenario, plan);
        for (let e = 0; e < plan.expert; e++) {
          const at = stage * plan.expert + e;
          expect(moving[at]! - still[at]!).toBeCloseTo(room, 6);
        }
      });
    }),
    { numRuns: drawnCases(12) },
  );
});

const gates = fc.constantFrom<Scenario["routing"]["gate"]>(
  { kind: "balanced" },
  { kind: "lognormal", sigma: 1, shared: false },
  { kind: "drifting", sigma: 1, timeConstant: 1e-4, shared: true },
  { kind: "drifting", sigma: 1, shiftAt: 2e-4, shared: false },
);
const limits = fc.constantFrom<Partial<Scenario["routing"]>>(
  {},
  { capacityFactor: 1, overflow: { kind: "reroute" } },
  { capacityFactor: 1, capacityControl: { to: 2, dropped: 0.05, step: 0.25 }, overflow: { kind: "drop" } },
  { capacityFactor: 1.1, capacityPer: "source-rank", overflow: { kind: "dropout" } },
);

test("under load, passes timed as a whole give the recording of ops one by one, whether experts move, popularity does, or copies go elsewhere", {
  tags: "long",
}, () => {
  const loads = fc
    .tuple(loadedScenario, specs, fc.boolean(), gates, limits)
    .filter(([{ model }]) => model.experts !== undefined)
    .map(([scenario, rebalance, moves, gate, limit]): Scenario => {
      const routing = { ...scenario.routing, ...limit, gate };
      return moves && scenario.parallelism.expert > 1 && scenario.pools === undefined
        ? { ...scenario, routing, rebalance }
        : { ...scenario, routing };
    });
  fc.assert(
    fc.property(loads, (scenario) => {
      const [whole, apart] = [run(prepare(scenario), { rows: true }), run(prepare(scenario), { rows: true, executor: "stages" })];
      expect(differences(plain(whole), plain(apart))).toEqual([]);
    }),
    { numRuns: drawnCases(32), endOnFailure: true },
  );
});
