import type { ModelSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { parametersOf } from "./parameters.ts";

const plan: ModelSpec = {
  layers: 16,
  hiddenSize: 512,
  attention: { heads: 16, kvHeads: 16, headSize: 32 },
  experts: { count: 16, topK: 1, hiddenSize: 1024, matrices: 2, shared: 0 },
  precision: { weights: "fp16", activations: "fp16" },
};

test("the plan's model has 285,343,744 parameters, and a token meets 33,685,504 of them", () => {
  const parameters = parametersOf(plan);
  expect(parameters.mixers[0]).toBe(1_048_576); // 512·(16 + 2·16)·32 + 16·32·512 = 2^20
  expect(parameters.gatePerLayer).toBe(8192); // 512·16
  expect(parameters.expert).toBe(1_048_576); // 2·512·1024 = 2^20
  expect(parameters.total).toBe(285_343_744); // 16·(2^20 + 8192 + 16·2^20)
  expect(parameters.active).toBe(33_685_504); // 16·(2^20 + 8192 + 2^20)
});

test("a vocabulary adds an embedding and a head of its own, and a token meets both", () => {
  const without = parametersOf(plan);
  const withOne = parametersOf({ ...plan, vocabulary: 1000 });
  expect([withOne.embedding, withOne.head]).toEqual([512_000, 512_000]); // 1000·512, twice
  expect(withOne.total - without.total).toBe(1_024_000);
  expect(withOne.active - without.active).toBe(1_024_000);
});

test("Mixtral 8x7B has 46.7 billion parameters, of which a token meets 12.9", () => {
  const mixtral: ModelSpec = {
    layers: 32,
    hiddenSize: 4096,
    attention: { heads: 32, kvHeads: 8, headSize: 128 },
    experts: { count: 8, topK: 2, hiddenSize: 14_336, matrices: 3, shared: 0 },
    vocabulary: 32_000,
    precision: { weights: "bf16", activations: "bf16" },
  };
  // a layer: 4096·(32 + 16)·128 + 32·128·4096 = 41,943,040; gate 32,768; an expert 3·4096·14336 = 176,160,768
  expect(parametersOf(mixtral).total).toBe(46_702_526_464); // less the 266,240 weights of its norms, as published
  expect(parametersOf(mixtral).active).toBe(12_879_659_008);
});

test("shared experts and leading dense layers are met by every token", () => {
  const model: ModelSpec = {
    layers: 3,
    hiddenSize: 8,
    attention: { heads: 2, kvHeads: 1, headSize: 4 },
    experts: { count: 4, topK: 2, hiddenSize: 16, matrices: 3, shared: 2 },
    dense: { layers: 1, hiddenSize: 32, matrices: 3 },
    precision: { weights: "fp16", activations: "fp16" },
  };
  const parameters = parametersOf(model);
  expect(parameters.mixers[0]).toBe(192); // 8·(2 + 2)·4 + 2·4·8
  expect(parameters.sharedPerLayer).toBe(768); // 2 × 3·8·16
  expect(parameters.denses[0]).toBe(768); // 3·8·32
  expect(parameters.total).toBe(6016); // 3·192 + 2·(8·4 + 768 + 4·384) + 768
  expect(parameters.active).toBe(4480); // 3·192 + 2·(8·4 + 768 + 2·384) + 768
});

test("a dense model is active as a whole", () => {
  const { experts: _, ...sizes } = plan;
  const { total, active, expert, gatePerLayer } = parametersOf({ ...sizes, dense: { hiddenSize: 1024, matrices: 2 } });
  expect(total).toBe(33_554_432); // 16·(2^20 + 2^20)
  expect([active, expert, gatePerLayer]).toEqual([total, 0, 0]);
});

test("an embedding that is the head is counted once", () => {
  const [tied, apart] = [true, false].map((tiedEmbedding) => parametersOf({ ...plan, vocabulary: 1000, tiedEmbedding }));
  expect(apart!.total - tied!.total).toBe(1000 * plan.hiddenSize);
  expect([tied!.head, tied!.embedding]).toEqual([0, 1000 * plan.hiddenSize]);
});
