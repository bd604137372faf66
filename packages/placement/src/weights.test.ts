import { bytesOf, layerKinds, parametersOf } from "@tokenyard/model";
import type { GroupedQuerySpec, Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deploymentPlan } from "./deployment-plan.contract.ts";
import { expertSlots } from "./experts/expert-placement.ts";
import { compilePlan } from "./plan.ts";
import { weightBytesOf } from "./weights.ts";

/** [stages], whose ranks hold equally much */
const bytes = (scenario: Scenario) => {
  const plan = compilePlan(scenario);
  const ofRanks = weightBytesOf(scenario, plan);
  for (const [at, held] of ofRanks.entries()) expect(held).toBe(ofRanks[at - (at % plan.expert)]);
  return [...ofRanks].filter((_, at) => at % plan.expert === 0);
};

const anyScenario = fc
  .record({
    kvHeads: fc.constantFrom(1, 2, 4, 8, 16),
    degrees: fc.constantFrom([1, 1, 1], [4, 2, 2], [4, 2, 8], [16, 1, 16], [2, 8, 16]),
    layers: fc.constantFrom("own-ranks", "shared-ranks"),
    pipeline: fc.integer({ min: 1, max: 8 }),
    dense: fc.integer({ min: 1, max: 3 }),
    shared: fc.nat({ max: 2 }),
    vocabulary: fc.constantFrom({}, { vocabulary: 1600 }),
    experts: fc.constantFrom("fp16", "fp8", "nvfp4", "mxfp4"),
  })
  .map(({ kvHeads, degrees: [expert, tensor, attentionTensor], layers, pipeline, dense, shared, vocabulary, experts }) =>
    deploymentPlan({
      model: {
        layers: 6,
        attention: { heads: 16, kvHeads, headSize: 32 },
        experts: { count: 16, topK: 2, hiddenSize: 64, matrices: 3, shared },
        dense: { layers: dense, hiddenSize: 256 },
        precision: { experts },
        ...vocabulary,
      },
      parallelism: {
        layers,
        pipeline: layers === "own-ranks" ? Math.min(6, pipeline) : pipeline,
        expert,
        tensor,
        attention: { tensor: attentionTensor },
      },
    }),
  );

/** Walks over everything that a rank of data group 0 at `place` holds: heads one by one, experts one by one. */
function counted({ model }: Scenario, layers: readonly number[], place: number, a: number, tensor: number, expertsPerRank: number) {
  const { heads, kvHeads, headSize } = model.attention as GroupedQuerySpec;
  const d = model.hiddenSize;
  const own = Array.from({ length: heads / a }, (_, i) => (place * heads) / a + i);
  const ownKv = new Set(own.map((head) => Math.floor(head / (heads / kvHeads)))); // query heads share KV heads in a row
  let whole = 0;
  let routed = 0;
  for (const layer of layers) {
    for (const _ of own) whole += 2 * d * headSize; // its columns of the query matrix, its rows of the output matrix
    for (const _ of ownKv) whole += 2 * d * headSize; // a key and a value
    if (layerKinds(model)[layer] === "dense") {
      whole += (model.dense!.matrices * d * model.dense!.hiddenSize) / a;
    } else {
      const { count, hiddenSize, matrices, shared } = model.experts!;
      whole += d * count + (shared * matrices * d * hiddenSize) / a;
      for (let expert = 0; expert < expertsPerRank; expert++) routed += (matrices * d * hiddenSize) / tensor;
    }
  }
  return { whole, routed };
}

describe("weights of a rank", () => {
  test("of the deployment plan: half of the attention, the whole gate, half of one expert", () => {
    // attention 4·512² / 2 = 524,288; gate 512·16 = 8,192; expert 2·512·1024 / 2 = 524,288: 1,056,768 of 2 bytes
    expect(bytes(deploymentPlan())).toEqual(new Array(16).fill(2_113_536));
    expect(bytes(deploymentPlan({ parallelism: { layers: "shared-ranks" } }))).toEqual(new Array(8).fill(2 * 2_113_536));
  });

  test("are what counting head by head and expert by expert gives", () => {
    fc.assert(
      fc.property(anyScenario, fc.nat(), (scenario, anyPlace) => {
        const plan = compilePlan(scenario);
        const { precision, vocabulary = 0, hiddenSize } = scenario.model;
        const place = anyPlace % plan.attentionTensor;
        const expected = plan.layersOfStage.map((layers, stage) => {
          const { whole, routed } = counted(scenario, layers, place, plan.attentionTensor, plan.tensor, plan.expertPlacement!.mostSlots);
          const ends = (stage === 0 ? 1 : 0) + (stage === plan.stages - 1 ? 1 : 0);
          const rows = (ends * vocabulary * hiddenSize) / plan.attentionTensor;
          return (whole + rows) * 2 + routed * bytesOf(precision.experts!);
        });
        expect(bytes(scenario)).toEqual(expected);
      }),
    );
  });

  test("over one data group whose KV heads are not replicated add up to the model, with a gate on every rank", () => {
    fc.assert(
      fc.property(fc.constantFrom([1, 1], [2, 4], [8, 2]), fc.integer({ min: 1, max: 8 }), ([expert, tensor], pipeline) => {
        const scenario = deploymentPlan({
          model: { vocabulary: 1600 },
          parallelism: { pipeline, layers: "shared-ranks", expert, tensor, attention: { data: 1 } },
        });
        const ranks = expert! * tensor!;
        const { total, gatePerLayer } = parametersOf(scenario.model);
        const held = bytes(scenario).reduce((sum, stage) => sum + stage * ranks, 0);
        expect(held).toBe(2 * (total + 16 * gatePerLayer * (ranks - 1)));
      }),
    );
  });

  test("hold a whole row of the vocabulary where it does not divide", () => {
    const [first, second] = bytes(deploymentPlan({ model: { layers: 2, vocabulary: 1001 }, parallelism: { pipeline: 2 } }));
    expect(first! - 2_113_536).toBe(501 * 512 * 2); // ⌈1001 / 2⌉ rows of the embedding
    expect(second).toBe(first); // and of the head
  });
});

test("a tied embedding lies once on one stage, and on both ends of several", () => {
  const held = (pipeline: number, model: object) =>
    bytes(deploymentPlan({ model: { vocabulary: 1600, ...model }, parallelism: { layers: "shared-ranks", pipeline } }));
  for (const [pipeline, spared] of [
    [1, 1],
    [2, 0],
  ] as const) {
    const [apart, tied, without] = [{}, { tiedEmbedding: true }, { vocabulary: undefined }].map((model) => held(pipeline, model));
    const vocabulary = (apart!.reduce((sum, each) => sum + each, 0) - without!.reduce((sum, each) => sum + each, 0)) / 2;
    expect(apart!.reduce((sum, each, stage) => sum + each - tied![stage]!, 0)).toBe(spared * vocabulary);
    expect(vocabulary).toBeGreaterThan(0);
  }
});

test.each([1, 2])("a rank holds the weights of its own slots, the empty ones too, layer by layer, in data groups of %i", (tensor) => {
  const scenario = deploymentPlan({
    model: { layers: 2, experts: { count: 4, topK: 1, hiddenSize: 64, matrices: 2 } },
    parallelism: { layers: "shared-ranks", pipeline: 1, expert: 2, tensor: 1, attention: { tensor } },
  });
  const plan = compilePlan(scenario);
  const layers = [
    expertSlots(4, [[0], [1, 2, 3]]),
    expertSlots(4, [
      [3, 1, -1],
      [0, 2, 1],
    ]),
  ];
  const placed = { ...plan, expertPlacement: { mostSlots: 3, slots: (layer: number) => layers[layer]! } };
  const [even, uneven] = [plan, placed].map((each) => [...weightBytesOf(scenario, each)]);
  const expert = 2 * scenario.model.hiddenSize * 64 * 2; // two matrices in 16 bit
  expect(uneven).toEqual([even![0]! + (1 + 3 - 4) * expert, even![1]! + (3 + 3 - 4) * expert]);
});
