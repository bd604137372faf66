import type { GroupedQuerySpec, ModelSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parametersOf } from "./parameters.ts";
import { cachedBytes, flopsPerToken, kvBytesPerToken, pinnedBytes } from "./token-cost.ts";

const plan: ModelSpec = {
  layers: 16,
  hiddenSize: 512,
  attention: { heads: 16, kvHeads: 16, headSize: 32 },
  experts: { count: 16, topK: 1, hiddenSize: 1024, matrices: 2, shared: 0 },
  precision: { weights: "fp16", activations: "fp16" },
};

test("a token of the plan's model leaves 32,768 bytes in the KV cache", () => {
  expect(kvBytesPerToken(plan)).toBe(32_768); // 16 layers · 2 · 16 heads · 32 · 2 bytes
  expect(kvBytesPerToken({ ...plan, precision: { ...plan.precision, kvCache: "fp8" } })).toBe(16_384);
});

test("windows that set cache aside for all tokens pin nothing, and a token leaves its bytes in them too", () => {
  const attention = { heads: 16, kvHeads: 16, headSize: 32, window: { tokens: 100, fullEvery: 2 } };
  const windowed = { ...plan, attention };
  expect([kvBytesPerToken(windowed), pinnedBytes(windowed)]).toEqual([16_384, 1_638_400]); // 8 layers · 2,048 bytes; 8 · 100 · 2,048
  const all = { ...windowed, windowedCache: 1 };
  expect([kvBytesPerToken(all), pinnedBytes(all)]).toEqual([32_768, 0]);
  const most = { ...windowed, windowedCache: 0.75 };
  expect([kvBytesPerToken(most), pinnedBytes(most)]).toEqual([28_672, 0]); // 16,384 + 0.75 · 16,384
  const everywhere = { ...plan, attention: { ...attention, window: { tokens: 100 } } };
  expect([kvBytesPerToken(everywhere), kvBytesPerToken({ ...everywhere, windowedCache: 1 })]).toEqual([32_768, 32_768]);
  expect(flopsPerToken(all)(1000)).toBe(flopsPerToken(windowed)(1000)); // what is seen stays
});

test("what is cached of a request has its windows as far as they are filled, and nothing of one without tokens", () => {
  const attention = { heads: 16, kvHeads: 16, headSize: 32, window: { tokens: 100, fullEvery: 2 } };
  const bytes = cachedBytes({ ...plan, attention });
  expect([0, 60, 300].map(bytes)).toEqual([0, 60 * 32_768, 300 * 16_384 + 100 * 16_384]);
  expect(cachedBytes(plan)(300)).toBe(300 * 32_768);
});

test("a token of the plan's model with nothing before it takes 67,403,776 FLOPs", () => {
  expect(flopsPerToken(plan)(0)).toBe(67_403_776); // 2·33,685,504 + 4·16·32·1·16 layers
});

const model: fc.Arbitrary<ModelSpec> = fc
  .record({
    layers: fc.integer({ min: 1, max: 5 }),
    hiddenSize: fc.integer({ min: 1, max: 64 }),
    heads: fc.integer({ min: 1, max: 8 }),
    headSize: fc.integer({ min: 1, max: 16 }),
    count: fc.integer({ min: 1, max: 8 }),
    topK: fc.integer({ min: 1, max: 8 }),
    matrices: fc.constantFrom(2 as const, 3 as const),
    shared: fc.integer({ min: 0, max: 2 }),
    dense: fc.integer({ min: 1, max: 5 }),
    vocabulary: fc.integer({ min: 1, max: 100 }),
  })
  .map(({ layers, hiddenSize, heads, headSize, count, topK, matrices, shared, dense, vocabulary }) => ({
    layers,
    hiddenSize,
    attention: { heads, kvHeads: heads, headSize },
    experts: { count, topK: Math.min(topK, count), hiddenSize: 12, matrices, shared },
    dense: { layers: Math.min(dense, layers), hiddenSize: 20, matrices },
    vocabulary,
    precision: { weights: "fp16", activations: "fp16" },
  }));

test("a token's FLOPs are two for each weight that it multiplies with, and the pairs that it scores", () => {
  fc.assert(
    fc.property(model, fc.integer({ min: 0, max: 10_000 }), (sizes, context) => {
      const { active, embedding } = parametersOf(sizes); // looking up an embedding multiplies nothing
      const { heads, headSize } = sizes.attention as GroupedQuerySpec;
      const pairs = 4 * heads * headSize * (context + 1) * sizes.layers;
      expect(flopsPerToken(sizes)(context)).toBe(2 * (active - embedding) + pairs);
    }),
  );
});

test("in windowed layers a token scores no more pairs than the window has tokens", () => {
  const windowed = (fullEvery?: number): ModelSpec => {
    const window = fullEvery === undefined ? { tokens: 128 } : { tokens: 128, fullEvery };
    return { ...plan, attention: { ...(plan.attention as GroupedQuerySpec), window } };
  };
  const pair = 4 * 16 * 32; // FLOPs of a pair, all heads
  expect(flopsPerToken(windowed())(127)).toBe(flopsPerToken(plan)(127));
  expect(flopsPerToken(windowed())(1000)).toBe(flopsPerToken(plan)(127)); // 128 pairs in all 16 layers
  expect(flopsPerToken(windowed(2))(1000)).toBe(flopsPerToken(plan)(1000) - 8 * (1001 - 128) * pair); // in 8 of 16
});

test("a token adds the keys and values of the layers without a window, and a request keeps a window of the others", () => {
  const windowed = (window: object): ModelSpec => ({
    layers: 24,
    hiddenSize: 2880,
    attention: { heads: 64, kvHeads: 8, headSize: 64, window: { tokens: 128, ...window } },
    precision: { weights: "bf16", activations: "bf16" },
  });
  const ofLayer = 2 * 8 * 64 * 2; // keys and values of 8 heads of 64 in 2 bytes
  expect(kvBytesPerToken(windowed({ fullEvery: 2 }))).toBe(12 * ofLayer); // 24,576
  expect(pinnedBytes(windowed({ fullEvery: 2 }))).toBe(12 * 128 * ofLayer);
  expect(kvBytesPerToken(windowed({}))).toBe(24 * ofLayer); // blocks hold the tokens of all layers alike
  expect(pinnedBytes(windowed({}))).toBe(0);
});
