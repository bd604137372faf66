import { Problems, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deploymentPlan } from "./deployment-plan.contract.ts";
import { compilePlan } from "./plan.ts";
import { rankOf } from "./rank.ts";

const base = deploymentPlan();
const { experts: _, ...bare } = base.model;
const alone: Scenario["parallelism"] = { layers: "shared-ranks", pipeline: 1, expert: 1, tensor: 1, data: 1 };

function problemsOf(scenario: Scenario): readonly string[] {
  try {
    compilePlan(scenario);
    return [];
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given} given; wanted ${wanted}`);
  }
}

describe("a plan", () => {
  test("with own ranks has a stage for each layer, whatever its pipeline", () => {
    const plan = compilePlan(deploymentPlan());
    expect(plan).toMatchObject({ ranks: 512, nodes: 64, stages: 16, pipelineStages: 8, ranksPerStage: 32, replicas: 1 }); // 16 × 16 × 2
    expect(plan).toMatchObject({ expert: 16, tensor: 2, attentionTensor: 2, dataGroups: 16 });
    expect(plan.layersOfStage).toEqual(Array.from({ length: 16 }, (_, layer) => [layer]));
    expect(compilePlan(deploymentPlan({ parallelism: { layers: "own-ranks", pipeline: 5, expert: 16, tensor: 2 } })).stages).toBe(16);
  });

  test("with shared ranks has a stage for each pipeline degree", () => {
    const plan = compilePlan(deploymentPlan({ parallelism: { layers: "shared-ranks", data: 2 } }));
    expect(plan).toMatchObject({ ranks: 512, stages: 8, pipelineStages: 8, ranksPerStage: 32, replicas: 2 }); // 8 × 16 × 2 × 2
    expect(plan.layersOfStage[7]).toEqual([14, 15]);
  });

  test("splits layers over stages in order, each once, in numbers that differ by at most 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (layers, pipeline) => {
        const model = { ...base.model, layers };
        const { layersOfStage } = compilePlan({ ...shared(pipeline), model });
        const counts = layersOfStage.map((own) => own.length);
        expect(layersOfStage).toHaveLength(pipeline);
        expect(layersOfStage.flat()).toEqual(Array.from({ length: layers }, (_, layer) => layer));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("interleaved, deals slices out round the stages: each stage holds as many layers as without, in slices that differ by at most 1", () => {
    const model = { ...base.model, layers: 10 };
    const { slicesOfStage, layersOfStage } = compilePlan({ ...shared(2, 2), model });
    // 5 layers a stage, in slices of 2 and 3: stage 0, stage 1, and again
    expect(slicesOfStage).toEqual([
      [
        [0, 1],
        [4, 5, 6],
      ],
      [
        [2, 3],
        [7, 8, 9],
      ],
    ]);
    expect(layersOfStage[0]).toEqual([0, 1, 4, 5, 6]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 6 }),
        (layers, pipeline, interleave) => {
          fc.pre(interleave * pipeline <= layers);
          const model = { ...base.model, layers };
          const plan = compilePlan({ ...shared(pipeline, interleave), model });
          const whole = compilePlan({ ...shared(pipeline), model });
          expect(plan.layersOfStage.map((own) => own.length)).toEqual(whole.layersOfStage.map((own) => own.length));
          const inOrder = Array.from({ length: interleave }, (_, slice) => plan.slicesOfStage.map((own) => own[slice]!)).flat();
          expect(inOrder.flat()).toEqual(Array.from({ length: layers }, (_, layer) => layer));
          for (const slices of plan.slicesOfStage) {
            const counts = slices.map((slice) => slice.length);
            expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test("is not interleaved over one stage, with ranks of their own, or in more slices than layers", () => {
    const at = (parallelism: object) => problemsOf({ ...base, parallelism: { ...alone, ...parallelism } });
    expect(at({ pipeline: 8, interleave: 2 })).toEqual([]);
    expect(at({ pipeline: 4, interleave: 5 })).toEqual([
      "parallelism.interleave: 5 slices × pipeline 4 = 20 given; wanted at most 16 slices, one for each layer: interleave 1, 2, 3 or 4",
    ]);
    expect(at({ pipeline: 9, interleave: 2 })).toEqual([
      "parallelism.interleave: 2 slices × pipeline 9 = 18 given; wanted at most 16 slices, one for each layer: interleave 1, or a shorter pipeline",
    ]);
    expect(at({ pipeline: 1, interleave: 2 })).toEqual([
      "parallelism.interleave: 2 with pipeline 1 given; wanted 1: there are no other stages to go round; or a pipeline of 2 or more",
    ]);
    expect(at({ layers: "own-ranks", pipeline: 8, interleave: 2 })).toEqual([
      "parallelism.interleave: 2 with own-ranks given; wanted 1: each layer has ranks of its own, which hold no other slice; or layers: shared-ranks",
    ]);
  });

  test("of 3 layers over 5 stages leaves two stages empty", () => {
    const model = { ...base.model, layers: 3 };
    expect(compilePlan({ ...shared(5), model }).layersOfStage).toEqual([[], [0], [], [1], [2]]); // ⌊3s/5⌋: 0 0 1 1 2 3
  });

  test("numbers its ranks by replica, stage, expert rank and tensor rank, each once", () => {
    const plan = compilePlan(deploymentPlan({ parallelism: { layers: "shared-ranks", pipeline: 3, expert: 4, tensor: 2, data: 2 } }));
    expect(rankOf(plan, 1, 2, 3 * 2 + 1)).toBe(((1 * 3 + 2) * 4 + 3) * 2 + 1); // ((replica·stages + stage)·expert + e)·tensor + j
    const ranks: number[] = [];
    for (let replica = 0; replica < 2; replica++)
      for (let stage = 0; stage < 3; stage++) for (let local = 0; local < 8; local++) ranks.push(rankOf(plan, replica, stage, local));
    expect(ranks).toEqual(Array.from({ length: plan.ranks }, (_, rank) => rank));
  });

  test("fills up its last node with as many ranks as are left", () => {
    const cluster = { ...base.cluster, gpusPerNode: 7 };
    expect(compilePlan({ ...base, cluster }).nodes).toBe(74); // 512 / 7 = 73.1
  });

  test("without experts has none on its ranks, and its attention and its layers share the same ranks", () => {
    expect(compilePlan(dense({ tensor: 4 }))).toMatchObject({
      expertPlacement: undefined,
      attentionTensor: 4,
      dataGroups: 1,
      ranksPerStage: 4,
    });
  });

  test("takes what is left out of attention's degrees from the other", () => {
    const withAttention = (attention: object) =>
      compilePlan(deploymentPlan({ parallelism: { layers: "own-ranks", expert: 8, tensor: 2, attention } }));
    expect(withAttention({ tensor: 8 })).toMatchObject({ attentionTensor: 8, dataGroups: 2 }); // 8 × 2 = 16 ranks
    expect(withAttention({ data: 4 })).toMatchObject({ attentionTensor: 4, dataGroups: 4 });
    expect(withAttention({ tensor: 16, data: 1 })).toMatchObject({ attentionTensor: 16, dataGroups: 1 });
    expect(withAttention({ data: 16 })).toMatchObject({ attentionTensor: 1, dataGroups: 16 }); // two data groups share each expert
    expect(withAttention({})).toMatchObject({ attentionTensor: 2, dataGroups: 8 });
  });
});

describe("the exchange", () => {
  const withRouting = (parallelism: Readonly<Record<string, unknown>>, routing: Readonly<Record<string, unknown>>) =>
    deploymentPlan({ parallelism: { layers: "own-ranks", expert: 8, tensor: 2, ...parallelism }, routing });

  test("is an all-reduce where all ranks hold all tokens, and an all-to-all where data groups have tokens of their own", () => {
    expect(compilePlan(withRouting({ attention: { data: 1 } }, {})).exchange).toBe("all-reduce");
    expect(compilePlan(withRouting({}, {})).exchange).toBe("all-to-all");
    expect(compilePlan(withRouting({}, { exchange: "all-gather" })).exchange).toBe("all-gather");
  });

  test("is of parts of a data group's tokens where its ranks have whole experts, and where that is stated", () => {
    const of = (parallelism: object, routing: object = {}) => {
      const { sequenceParallel, sources, sourceRanks, sharedTensor } = compilePlan(
        withRouting({ expert: 16, tensor: 1, attention: { tensor: 4 }, ...parallelism }, { ...routing }),
      );
      return [sequenceParallel, sources, sourceRanks, sharedTensor];
    };
    expect(of({})).toEqual(["reduce-scatter", 16, 1, 1]);
    expect(of({}, { exchange: "all-gather" })).toEqual(["reduce-scatter", 16, 1, 1]);
    expect(of({}, { sequenceParallel: "slice" })).toEqual(["slice", 16, 1, 1]);
    expect(of({}, { sequenceParallel: "none" })).toEqual(["none", 4, 4, 4]);
    expect(of({ expert: 8, tensor: 2 })).toEqual(["none", 4, 4, 4]); // ranks share experts
    expect(of({ expert: 8, tensor: 2 }, { sequenceParallel: "reduce-scatter" })).toEqual(["reduce-scatter", 16, 1, 1]);
    expect(of({ attention: { tensor: 16 } }, { sequenceParallel: "reduce-scatter" })).toEqual(["none", 1, 16, 16]); // only results travel
    expect(of({ attention: { tensor: 16 } }, { sequenceParallel: "reduce-scatter", exchange: "all-to-all" })).toEqual([
      "reduce-scatter",
      16,
      1,
      1,
    ]);
    expect(of({ attention: { tensor: 1 } })).toEqual(["none", 16, 1, 1]);
  });

  test("that the degrees do not admit is reported with what would work", () => {
    expect(problemsOf(withRouting({}, { exchange: "all-reduce" }))).toEqual([
      "routing.exchange: all-reduce given; wanted all-to-all or all-gather, as the 8 data groups of a layer have tokens of their own; or parallelism.attention.data: 1",
    ]);
    expect(problemsOf(withRouting({ attention: { data: 1 } }, { exchange: "all-gather" }))).toEqual([
      "routing.exchange: all-gather given; wanted all-reduce, as all ranks of a layer hold all its tokens; or all-to-all with routing.sequenceParallel: reduce-scatter; or several data groups: a smaller parallelism.attention.tensor",
    ]);
    const one = { expert: 16, tensor: 1, attention: { data: 1 } };
    expect(problemsOf(withRouting(one, { exchange: "all-to-all", sequenceParallel: "slice" }))).toEqual([]);
    expect(problemsOf(withRouting(one, { exchange: "all-to-all" }))).toHaveLength(1);
    expect(problemsOf(withRouting(one, { exchange: "all-to-all", sequenceParallel: "none" }))).toHaveLength(1);
    expect(problemsOf(withRouting({ ...one, expert: 1, tensor: 16 }, { exchange: "all-to-all", sequenceParallel: "slice" }))).toHaveLength(
      1,
    ); // each rank has a part of all
    expect(problemsOf(withRouting({ expert: 1, tensor: 1 }, { exchange: "all-gather" }))).toEqual([]); // nothing to exchange
  });
});

describe("what cannot be placed is reported with what would work:", () => {
  test.each([
    [
      "a tensor degree that divides nothing",
      { expert: 16, tensor: 6 },
      ["parallelism.tensor: 6 given; wanted a divisor of 16 heads and of the expert hidden size 1024: 1, 2, 4, 8 or 16"],
    ],
    [
      "a pipeline of more stages than the layers that have ranks of their own",
      { layers: "own-ranks", pipeline: 17, expert: 5, tensor: 2 },
      [
        "parallelism.pipeline: 17 given; wanted 1 to 16 with own-ranks, where it groups the stages of 16 layers; more with layers: shared-ranks",
        "parallelism.expert: 5 given; wanted a divisor of the 16 experts: 1, 2, 4, 8 or 16; or routing.placement: contiguous, where the first ranks hold one expert more, or { kind: redundant, spareSlots: 4 }, 4 slots on each rank",
      ],
    ],
    [
      "an expert degree that leaves experts over",
      { expert: 5, tensor: 2 },
      [
        "parallelism.expert: 5 given; wanted a divisor of the 16 experts: 1, 2, 4, 8 or 16; or routing.placement: contiguous, where the first ranks hold one expert more, or { kind: redundant, spareSlots: 4 }, 4 slots on each rank",
      ],
    ],
    [
      "an expert degree that leaves ranks without an expert",
      { expert: 20, tensor: 2 },
      [
        "parallelism.expert: 20 given; wanted a divisor of the 16 experts: 1, 2, 4, 8 or 16; or routing.placement: { kind: redundant, spareSlots: 4 }, 1 slot on each rank",
      ],
    ],
    [
      "both at once",
      { expert: 5, tensor: 6 },
      [
        "parallelism.expert: 5 given; wanted a divisor of the 16 experts: 1, 2, 4, 8 or 16; or routing.placement: contiguous, where the first ranks hold one expert more, or { kind: redundant, spareSlots: 4 }, 4 slots on each rank",
        "parallelism.tensor: 6 given; wanted a divisor of 16 heads and of the expert hidden size 1024: 1, 2, 4, 8 or 16",
      ],
    ],
    [
      "an attention degree that neither divides tensor nor is a multiple of it",
      { expert: 4, tensor: 4, attention: { tensor: 3 } },
      [
        "parallelism.attention.tensor: 3 given; wanted a divisor of 16 heads, and a divisor or a multiple of tensor 4 that divides expert 4 × tensor 4: 1, 2, 4, 8 or 16",
      ],
    ],
    [
      "attention degrees that do not multiply to the ranks of a layer",
      { expert: 4, tensor: 4, attention: { tensor: 8, data: 4 } },
      ["parallelism.attention.data: 4 given; wanted attention.tensor 8 × attention.data = expert 4 × tensor 4: 2"],
    ],
    [
      "more data groups than ranks",
      { expert: 4, tensor: 4, attention: { data: 32 } },
      [
        "parallelism.attention.data: 32 given; wanted expert 4 × tensor 4 ÷ attention.data = attention.tensor, a divisor of 16 heads: 1, 2, 4, 8 or 16",
      ],
    ],
    [
      "more ranks than anyone has",
      { expert: 16, tensor: 16, data: 100_000 },
      ["parallelism: 16 layers × expert 16 × tensor 16 × data 100000 = 409,600,000 ranks given; wanted at most 1,000,000 ranks"],
    ],
  ])("%s", (_, parallelism, problems) => {
    expect(problemsOf(deploymentPlan({ parallelism: { layers: "own-ranks", ...parallelism } }))).toEqual(problems);
  });

  test("experts' ranks in a model that has none", () => {
    expect(problemsOf(dense({ expert: 2 }))).toEqual(["parallelism.expert: 2 given; wanted for a model without experts: 1"]);
  });

  test("KV heads that neither divide nor are divided", () => {
    const attention = { heads: 12, kvHeads: 4, headSize: 32 };
    const experts = { count: 16, topK: 1, hiddenSize: 1152, matrices: 2 };
    expect(problemsOf(deploymentPlan({ model: { attention, experts }, parallelism: { expert: 2, tensor: 3 } }))).toEqual([
      "parallelism.tensor: 3 given; wanted a divisor of 12 heads and of the expert hidden size 1152, and a divisor or a multiple of 4 KV heads: 1, 2, 4 or 12",
    ]);
    expect(
      problemsOf(deploymentPlan({ model: { attention, experts }, parallelism: { expert: 2, tensor: 3, attention: { data: 2 } } })),
    ).toEqual([
      "parallelism.attention.data: 2 given; wanted expert 2 × tensor 3 ÷ attention.data = attention.tensor, a divisor of 12 heads, and a divisor or a multiple of 4 KV heads: 6",
    ]);
  });
});

interface Sizes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly experts?: { readonly count: number; readonly hiddenSize: number; readonly shared: number };
  readonly dense?: { readonly layers?: number; readonly hiddenSize: number };
}

const small = (max: number) => fc.integer({ min: 1, max });
const anySizes: fc.Arbitrary<Sizes> = fc.oneof(
  fc.record({
    heads: small(24),
    kvHeads: small(12),
    experts: fc.record({ count: small(12), hiddenSize: small(48), shared: fc.nat({ max: 2 }) }),
  }),
  fc.record({
    heads: small(24),
    kvHeads: small(12),
    experts: fc.record({ count: small(12), hiddenSize: small(48), shared: fc.nat({ max: 2 }) }),
    dense: fc.record({ layers: fc.constant(1), hiddenSize: small(48) }),
  }),
  fc.record({ heads: small(24), kvHeads: small(12), dense: fc.record({ hiddenSize: small(48) }) }),
);
const anyDegrees = fc.record({
  expert: small(8),
  tensor: small(8),
  attention: fc.record({ tensor: small(16), data: small(8) }, { requiredKeys: [] }),
});

/** A scenario with these sizes and degrees, as it is after checking. */
function scenarioOf({ heads, kvHeads, experts, dense: feedForward }: Sizes, degrees: object): Scenario {
  return {
    ...base,
    model: {
      ...bare,
      attention: { heads, kvHeads: Math.min(heads, kvHeads), headSize: 8 },
      ...(experts ? { experts: { topK: 1, matrices: 2, ...experts } } : {}),
      ...(feedForward ? { dense: { matrices: 2, ...feedForward } } : {}),
    },
    parallelism: { ...alone, ...degrees },
  };
}

/** The rules as they are printed, tried out on every pair of attention's degrees. */
function legal(
  { heads, kvHeads, experts, dense: feedForward }: Sizes,
  degrees: { expert: number; tensor: number; attention: object },
): boolean {
  const { expert, tensor } = degrees;
  const wanted = degrees.attention as { tensor?: number; data?: number };
  const kv = Math.min(heads, kvHeads);
  if (experts ? experts.count % expert !== 0 || experts.hiddenSize % tensor !== 0 : expert !== 1) return false;
  for (let a = 1; a <= 200; a++) {
    for (let data = 1; a * data <= 200; data++) {
      if (a * data !== expert * tensor || (a % tensor !== 0 && (!experts || tensor % a !== 0))) continue;
      if (wanted.tensor === undefined && wanted.data === undefined && a !== tensor) continue;
      if (wanted.tensor !== undefined && wanted.tensor !== a) continue;
      if (wanted.data !== undefined && wanted.data !== data) continue;
      if (heads % a !== 0 || (kv % a !== 0 && a % kv !== 0)) continue;
      if (feedForward && feedForward.hiddenSize % a !== 0) continue;
      if (experts?.shared && (experts.shared * experts.hiddenSize) % a !== 0) continue;
      return true;
    }
  }
  return false;
}

describe("legality", () => {
  test("is what trying out every pair of attention's degrees finds", () => {
    fc.assert(
      fc.property(anySizes, anyDegrees, (sizes, degrees) => {
        expect(problemsOf(scenarioOf(sizes, degrees)).length === 0).toBe(legal(sizes, degrees));
      }),
      { numRuns: drawnCases(2000) },
    );
  });

  test("comes about by taking every suggestion, three times at most, unless a problem says that there is none", () => {
    fc.assert(
      fc.property(anySizes, anyDegrees, (sizes, degrees) => {
        let scenario = scenarioOf(sizes, degrees);
        for (let round = 0; round < 3; round++) scenario = withSuggestions(scenario);
        for (const problem of problemsOf(scenario)) expect(problem).toContain("there is none, so change expert or tensor");
      }),
      { numRuns: drawnCases(1000) },
    );
  });
});

function withSuggestions(scenario: Scenario): Scenario {
  try {
    compilePlan(scenario);
    return scenario;
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    const parallelism = structuredClone(scenario.parallelism) as unknown as Record<string, Record<string, number> | number>;
    for (const { path, suggestion } of error.problems) {
      if (suggestion === undefined) continue;
      const [, key, inner] = path as [string, string, string?];
      if (inner === undefined) parallelism[key] = Number(suggestion);
      else (parallelism[key] as Record<string, number>)[inner] = Number(suggestion);
    }
    return { ...scenario, parallelism: parallelism as unknown as Scenario["parallelism"] };
  }
}

function shared(pipeline: number, interleave?: number): Scenario {
  const slices = interleave === undefined ? {} : { interleave };
  return { ...base, parallelism: { ...base.parallelism, layers: "shared-ranks", pipeline, ...slices } };
}

function dense(parallelism: object): Scenario {
  return { ...base, model: { ...bare, dense: { hiddenSize: 2048, matrices: 3 } }, parallelism: { ...alone, ...parallelism } };
}
