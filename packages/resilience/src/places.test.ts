import { compilePlan, type Plan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { EXPERTS_MODEL } from "./availability/small-models.contract.ts";
import { peerOf, ranksOf } from "./checkpoints/stores.ts";
import { coverageOf } from "./coverage.ts";
import { lossesOf, stageOf } from "./losses.ts";
import { machinesOf, nodeOf, placeOf, ranksOfNode } from "./machines.ts";
import { slotCoverageOf } from "./slot-coverage.ts";

const planOf = (parallelism: object, gpusPerNode = 4, more: object = {}): Plan =>
  compilePlan(
    parseScenario({
      tokenyard: 1,
      model: EXPERTS_MODEL,
      cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode },
      parallelism,
      workload: { kind: "batch", sequences: 8, promptTokens: 1, outputTokens: 1 },
      ...more,
    }),
  );

/** Two replicas of two stages, each of two experts' ranks of two GPUs; attention over two: two data groups. GPUs 0 to 7 and 8 to 15, nodes of four. */
const STAGES = planOf({ data: 2, pipeline: 2, expert: 2, tensor: 2 });

describe("ranks of a plan of stages", () => {
  test("by hand: a lost rank takes its data group, on all stages, and its experts, on its own", () => {
    const losses = (...ranks: number[]) => {
      const { dataGroups, expertRanks, isAnyLeft } = lossesOf(STAGES, ranks);
      return [[...dataGroups], [...expertRanks].map(([stage, lost]) => [stage, ...lost]), isAnyLeft];
    };
    expect(losses()).toEqual([[], [], true]);
    expect(losses(0)).toEqual([[0], [[0, 0]], true]);
    expect(losses(2, 3)).toEqual([[1], [[0, 1]], true]);
    expect(losses(7)).toEqual([[1], [[1, 1]], true]);
    expect(losses(12)).toEqual([[0], [[1, 0]], true]); // of replica 1
    expect(losses(9, 14)).toEqual([
      [0, 1],
      [
        [0, 0],
        [1, 1],
      ],
      false,
    ]);
  });

  test("slots are lost by layer, and their stage with no rank", () => {
    const slots = [
      { layer: 1, slot: 3 },
      { layer: 1, slot: 0 },
      { layer: 0, slot: 3 },
    ];
    const { dataGroups, expertRanks, slots: lost, isAnyLeft } = lossesOf(STAGES, [1], slots);
    expect([...lost].map(([layer, own]) => [layer, ...own])).toEqual([
      [1, 3, 0],
      [0, 3],
    ]);
    expect([...expertRanks].map(([stage, own]) => [stage, ...own])).toEqual([[0, 0], [1]]);
    expect([[...dataGroups], isAnyLeft]).toEqual([[0], true]);
    expect([0, 1].map((layer) => stageOf(STAGES, layer))).toEqual([0, 1]);
  });

  test("the ranks of a data group are its attention's, on each stage", () => {
    expect([0, 1, 2, 3].map((home) => ranksOf(STAGES, home))).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
      [8, 9, 12, 13],
      [10, 11, 14, 15],
    ]);
  });

  test("copies go to the same group of the next replica, in one replica half-way round", () => {
    expect([0, 1, 2, 3].map((home) => peerOf(STAGES, home))).toEqual([2, 3, 0, 1]);
    expect([0, 1, 2, 3].map((home) => peerOf(planOf({ expert: 4 }), home))).toEqual([2, 3, 0, 1]);
    const five = planOf({ data: 5 }, 4, { model: { ...EXPERTS_MODEL, experts: undefined, dense: { hiddenSize: 64 } } });
    expect([0, 1, 2, 3, 4].map((home) => peerOf({ ...five, replicas: 1, dataGroups: 5 }, home))).toEqual([3, 4, 0, 1, 2]);
    expect([0, 1, 2].map((home) => peerOf({ ...five, replicas: 3, dataGroups: 1 }, home))).toEqual([1, 2, 0]);
  });
});

describe("GPUs, nodes and replicas of two pools", () => {
  /** Six GPUs on two nodes, one replica each, then four of two GPUs on two nodes of two. */
  const plans = [
    planOf({ data: 6 }, 4, { model: { ...EXPERTS_MODEL, experts: undefined, dense: { hiddenSize: 64 } } }),
    planOf({ data: 2, expert: 2 }, 2),
  ];

  test("are numbered through, and sums of all", () => {
    expect(machinesOf(plans)).toEqual({ ranks: 10, nodes: 4, replicas: 8 });
    expect(machinesOf([])).toEqual({ ranks: 0, nodes: 0, replicas: 0 });
    const at = (number: number, count: (plan: Plan) => number) => {
      const { pool, own, firstRank } = placeOf(plans, number, count);
      return [pool, own, firstRank];
    };
    expect([0, 5, 6, 9].map((rank) => at(rank, ({ ranks }) => ranks))).toEqual([
      [0, 0, 0],
      [0, 5, 0],
      [1, 0, 6],
      [1, 3, 6],
    ]);
    expect([1, 2, 3].map((node) => at(node, ({ nodes }) => nodes))).toEqual([
      [0, 1, 0],
      [1, 0, 6],
      [1, 1, 6],
    ]);
    expect(at(99, ({ ranks }) => ranks)).toEqual([1, 93, 6]); // beyond the last: of the last
  });

  test("a node has what is left of its pool's GPUs", () => {
    expect([0, 1, 2, 3].map((node) => ranksOfNode(plans, node))).toEqual([
      [0, 1, 2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect([0, 3, 4, 5, 6, 7, 8, 9].map((rank) => nodeOf(plans, rank))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });
});

describe("what single losses leave", () => {
  test("by hand: without copies every rank with experts leaves some without, and a node those of its ranks", () => {
    // two layers, two experts on each rank of two; two replicas of two, on nodes of four
    const plan = planOf({ data: 2, expert: 2 });
    expect(coverageOf(plan, [true, true])).toEqual({
      ranks: { all: 4, covered: 0, mostMissing: 4 },
      nodes: { all: 1, covered: 0, mostMissing: 16 },
    });
    expect(coverageOf(plan, [true, false])!.ranks.mostMissing).toBe(2);
    expect(slotCoverageOf(plan, [true, true])).toEqual({ all: 16, covered: 0, mostMissing: 1 });
  });

  test("by hand: with a further copy of each on another rank none misses any, but a node may", () => {
    const plan = planOf({ expert: 4 }, 2, { routing: { placement: { kind: "redundant", spareSlots: 4 } } });
    expect(coverageOf(plan, [true, true])!.ranks).toEqual({ all: 4, covered: 4, mostMissing: 0 });
    expect(slotCoverageOf(plan, [true, true])).toEqual({ all: 16, covered: 16, mostMissing: 0 });
    const one = planOf({ expert: 4 }, 2, { routing: { placement: { kind: "redundant", spareSlots: 1 } } });
    expect(slotCoverageOf(one, [true, false])).toEqual({ all: 5, covered: 2, mostMissing: 1 });
  });

  test("a last node of fewer GPUs has those alone, and a model without experts nothing to lose", () => {
    const plan = planOf({ data: 3, expert: 2 });
    expect(coverageOf(plan, [true, true])!.nodes).toEqual({ all: 2, covered: 0, mostMissing: 16 });
    const dense = planOf({ data: 2 }, 4, { model: { ...EXPERTS_MODEL, experts: undefined, dense: { hiddenSize: 64 } } });
    expect(coverageOf(dense, [false, false])).toBeUndefined();
    expect(slotCoverageOf(dense, [false, false])).toBeUndefined();
  });
});
