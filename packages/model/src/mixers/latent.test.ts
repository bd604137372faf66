import { loadScenario, type ModelSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelBytes, kernelFlops } from "../layers/kernel.ts";
import { layerKernels } from "../layers/layer-kernels.ts";
import { parametersOf } from "../layers/parameters.ts";
import { keptOf, kvBytesPerToken } from "../layers/token-cost.ts";

const REST =
  "\ncluster: { gpu: h100-sxm, network: hgx-h100-ndr }\nworkload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }\n";
const preset = (name: string) =>
  loadScenario(`tokenyard: 1\nmodel: ${name}${REST}`, { read: () => "", path: "scenario.yaml" }).scenario.model;
const GPU = { compute: 1 };
const kernelsOf = (model: ModelSpec, attentionTensor: number) => layerKernels(model, { tensor: 1, attentionTensor }, GPU).attention;

const latent: fc.Arbitrary<ModelSpec> = fc
  .record({
    heads: fc.constantFrom(4, 8, 16),
    qLoraRank: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
    kvLoraRank: fc.integer({ min: 1, max: 40 }),
    qkNopeHeadDim: fc.integer({ min: 1, max: 20 }),
    qkRopeHeadDim: fc.integer({ min: 1, max: 20 }),
    vHeadDim: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ qLoraRank, ...sizes }) => ({
    layers: 3,
    hiddenSize: 50,
    attention: { kind: "latent", ...sizes, ...(qLoraRank === undefined ? {} : { qLoraRank }) },
    dense: { hiddenSize: 20, matrices: 3 },
    precision: { weights: "bf16" },
  }));

test("DeepSeek-V3 caches 70,272 bytes a token, on every rank", () => {
  const model = preset("deepseek-v3");
  expect(kvBytesPerToken(model)).toBe(70_272); // 61 layers · (512 + 64) · 2 bytes, as DeepSeek publishes it
  expect([1, 8, 128].map((ranks) => keptOf(model, ranks).token)).toEqual([70_272, 70_272, 70_272]);
});

test("a layer of DeepSeek-V3 by pencil", () => {
  const { projections, prefill, decode, output } = kernelsOf(preset("deepseek-v3"), 2);
  const features = [...projections, ...prefill.expansions, ...decode.before, ...decode.after, output].map((shape) => [
    shape.inFeatures,
    shape.outFeatures,
    shape.parts,
  ]);
  expect(features).toEqual([
    [7168, 2112, 1], // 1536 + 512 + 64, whole on each rank
    [1536, 12_288, 1], // 64 heads · 192
    [512, 16_384, 1], // 64 · (128 + 128)
    [128, 32_768, 64], // 64 · 512
    [512, 8192, 64], // 64 · 128
    [8192, 7168, 1],
  ]);
  const prompt = { ...prefill.core, sequences: 1, newTokens: 100, contextTokens: 100, pairs: 5050 };
  expect(kernelFlops(prompt)).toBe(2 * 64 * (192 + 128) * 5050);
  expect(kernelBytes(prompt)).toBe(2 * 64 * (192 + 128) * 100 + 2 * 64 * (192 + 128) * 100); // queries and results, keys and values
  const step = { ...decode.core, sequences: 3, newTokens: 3, contextTokens: 3000, pairs: 3000 };
  expect(kernelFlops(step)).toBe(2 * 64 * (576 + 512) * 3000);
  expect(kernelBytes(step)).toBe(2 * 576 * 3000 + 2 * 64 * (576 + 512) * 3); // one row a token, whatever the heads
});

test("the matrices that decoding takes in are those of which prompts make keys and values", () => {
  fc.assert(
    fc.property(latent, fc.constantFrom(1, 2, 4), (model, ranks) => {
      const { prefill, decode } = kernelsOf(model, ranks);
      const weights = (shapes: readonly { inFeatures: number; outFeatures: number }[]) =>
        shapes.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
      expect(weights([...decode.before, ...decode.after])).toBe(weights(prefill.expansions));
    }),
  );
});

test("ranks share heads, and each has what belongs to none", () => {
  fc.assert(
    fc.property(latent, fc.constantFrom(1, 2, 4), (model, ranks) => {
      const { matrices, projections } = kernelsOf(model, ranks);
      const [whole] = projections;
      const ofAll = matrices.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0) * ranks;
      const again = (ranks - 1) * whole!.inFeatures * whole!.outFeatures;
      expect(ofAll - again).toBe(parametersOf(model).mixers[0]);
    }),
  );
});
