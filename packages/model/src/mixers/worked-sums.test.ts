import { loadScenario, type ModelSpec } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { kernelBytes, kernelFlops } from "../layers/kernel.ts";
import { layerKernels } from "../layers/layer-kernels.ts";
import { modelLayers } from "../layers/model-layers.ts";
import { parametersOf } from "../layers/parameters.ts";
import { keptBytes, keptOf } from "../layers/token-cost.ts";

// Sums by hand, one a kind of mixer. Each model's total is also what its makers publish, within rounding.

const REST =
  "\ncluster: { gpu: h100-sxm, network: hgx-h100-ndr }\nworkload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }\n";
const preset = (name: string, set: string[] = []) =>
  loadScenario(`tokenyard: 1\nmodel: ${name}${REST}`, { read: () => "", path: "scenario.yaml", set }).scenario.model;

const MILLION = 1_048_576;

/** FLOPs and bytes of all kernels that see contexts, of one token with `tokens` in its cache, over all layers. */
function seeing(model: ModelSpec, tokens: number) {
  const { mixers } = layerKernels(model, { tensor: 1, attentionTensor: 1 }, { compute: 1 });
  const sums = { coreFlops: 0, scoreFlops: 0, coreReads: 0, scoreReads: 0 };
  for (const { mixer } of modelLayers(model).layers) {
    if (mixer < 0) continue;
    const { decode, sight } = mixers[mixer]!;
    for (const { shape, sight: of } of [{ shape: decode.core, sight }, ...decode.beside]) {
      const entries = Math.min(tokens, of.most) / of.ratio;
      const run = { ...shape, sequences: 1, newTokens: 0, contextTokens: entries, pairs: entries };
      const part = shape.valueSize === 0 ? "score" : "core";
      sums[`${part}Flops`] += kernelFlops(run);
      sums[`${part}Reads`] += kernelBytes(run);
    }
  }
  return sums;
}

test("windows: a layer of Gemma 4 31B with a window, one without, and what a request keeps", () => {
  const model = preset("gemma-4-31b");
  const { mixers, total } = parametersOf(model);
  expect(mixers[0]).toBe(132_120_576); // 5,376 · (32 + 16 + 16) · 256 + 32 · 256 · 5,376
  expect(mixers[5]).toBe(187_170_816); // 5,376 · (32 + 4) · 512 + 32 · 512 · 5,376: one projection of keys and values
  expect(total).toBe(30_696_013_824);
  const kept = keptOf(model, 1);
  expect(kept.token).toBe(81_920); // 10 · 2 · 4 · 512 numbers of 2 bytes: keys and values are both cached
  expect(keptBytes({ ...kept, token: 0 }, 131_072)).toBe(838_860_800); // 50 · 1,024 · 2 · 16 · 256 numbers
  expect(keptBytes(kept, 131_072) / 1e9).toBeCloseTo(11.576, 3);
});

test("latent attention with an indexer: GLM-5.2, of which 21 of 78 layers choose", () => {
  const model = preset("glm-5.2");
  const { mixers, total, active, embedding } = parametersOf(model);
  expect(mixers[3]).toBe(165_019_648);
  expect(mixers[0]! - mixers[3]!).toBe(9_371_648); // 2,048 · 32 · 128 + 6,144 · 128 + 6,144 · 32
  expect(total).toBe(743_375_831_040);
  expect((active - embedding) / 1e9).toBeCloseTo(40.3, 1);
  expect(keptOf(model, 1).token).toBe(92_628); // 78 · 576 · 2 + 21 · 132
  const inFp8 = preset("glm-5.2", ["model.precision.kvCache=fp8"]);
  expect(keptOf(inFp8, 1).token).toBe(53_940); // 78 · 656 + 21 · 132
  const { scoreFlops, coreFlops, scoreReads, coreReads } = seeing(model, 131_072);
  expect(scoreFlops / 1e9).toBeCloseTo(22.55, 2); // 21 · 2 · 32 · 128 · 131,072
  expect(coreFlops / 1e9).toBeCloseTo(22.25, 2); // 78 · 2 · 64 · 1,088 · 2,048
  expect(scoreReads / 1e6).toBeCloseTo(363, 0);
  expect(coreReads / 1e6).toBeCloseTo(184, 0); // 78 · 1,152 · 2,048, of index keys none
  expect(seeing(inFp8, 131_072).coreReads / 1e6).toBeCloseTo(105, 0); // 78 · 656 · 2,048
});

describe("an indexer in every layer: DeepSeek-V3.2", () => {
  const bytes = (...set: string[]) => keptOf(preset("deepseek-v3.2", set), 1).token;

  test("has 671,876,907,008 parameters", () => {
    expect(parametersOf(preset("deepseek-v3.2")).total).toBe(671_876_907_008);
  });

  test("keeps rows as activations are if no format is stated: 78,324 bytes a token", () => {
    expect(bytes()).toBe(78_324); // 61 · ((512 + 64) · 2 + 132)
  });

  test("in fp8 leaves rotary keys in 16 bits, and has 4 scales: 48,068 bytes a token", () => {
    expect(bytes("model.precision.kvCache=fp8")).toBe(48_068); // 61 · (512 + 4 · 4 + 64 · 2 + 132)
  });
});

describe("a compressed history", () => {
  test("DeepSeek-V4-Pro, one token at a million", () => {
    const model = preset("deepseek-v4-pro");
    const { total, active, embedding } = parametersOf(model);
    expect(total).toBe(1_572_993_826_816);
    expect(active - embedding).toBe(48_849_027_072);
    const { coreFlops, scoreFlops, scoreReads, coreReads } = seeing(model, MILLION);
    expect(coreFlops / 1e9).toBeCloseTo(76.7, 1); // 4 · 128 · 512 · (30 · 1,152 + 31 · 8,320)
    expect(scoreFlops / 1e9).toBeCloseTo(128.8, 1); // 30 · 2 · 64 · 128 · 262,144
    expect(coreReads / 1e6).toBeCloseTo(171, 0);
    expect(scoreReads / 1e6).toBeCloseTo(535, 0);
  });

  test("DeepSeek-V4 keeps 5,031 and 3,514 bytes a token, and its windows", () => {
    const [pro, flash] = [keptOf(preset("deepseek-v4-pro"), 1), keptOf(preset("deepseek-v4-flash"), 1)];
    expect(Math.round(pro.token)).toBe(5031); // 30 · (584 + 68) / 4 + 31 · 584 / 128
    expect(Math.round(flash.token)).toBe(3514); // 21 · (584 + 68) / 4 + 20 · 584 / 128
    expect(pro.windows).toEqual([{ tokens: 128, token: 61 * 584 }]);
  });

  test("without layouts of its own caches plain fp8 and fp4", () => {
    const plain = ["chosen", "whole"].map((kind) => `model.layerKinds.${kind}.mixer.entryBytes=512`);
    const model = preset("deepseek-v4-pro", [...plain, "model.layerKinds.chosen.mixer.indexer.keyBytes=64"]);
    const kept = keptOf(model, 1);
    expect([1024, 8192, 131_072, MILLION].map((tokens) => keptBytes(kept, tokens))).toEqual([
      26_030_080, 57_884_672, 603_963_392, 4_681_351_168,
    ]); // as AIConfigurator 095f58a counts it, the states of compressors included
  });
});

test("a gated delta net: Qwen3.5-122B", () => {
  const model = preset("qwen3.5-122b");
  const { mixers, total } = parametersOf(model);
  expect(mixers[0]).toBe(88_522_752); // 3,072 · (12,288 + 8,192 + 128) + 8,192 · 3,072 + 4 · 12,288
  expect(total).toBe(122_111_213_568);
  const kept = keptOf(model, 1);
  expect(kept.token).toBe(24_576); // 12 · 2 · 2 · 256 numbers of 2 bytes
  expect(kept.state).toBe(36 * 4_268_032); // 64 · 128 · 128 · 4 + 3 · 12,288 · 2
  expect(keptOf(model, 8).state).toBe((36 * 4_268_032) / 8);
});

test("delta attention by channel: Kimi K3, and the size of its checkpoint", () => {
  const model = preset("kimi-k3");
  const { mixers, expert, total, active, embedding } = parametersOf(model);
  expect(mixers[0]).toBe(443_727_872); // 4·7,168·12,288 + 7,168·(96 + 128) + 128·12,288 + 12,288·7,168 + 4·36,864
  expect(mixers[3]).toBe(232_194_048); // latent, with an output gate of 7,168 · 96 · 128
  expect(expert).toBe(33_030_144); // 3 · 3,584 · 3,072
  expect(total).toBe(2_779_479_130_112);
  expect(active - embedding).toBe(104_184_266_752);
  expect(keptOf(model, 1)).toMatchObject({ token: 27_648, state: 449_372_160 }); // 24 · 576 · 2; 69 · 6,512,640
  const routed = 92 * 896 * expert;
  const bytes = routed * (1 / 2 + 1 / 32) + 2 * (total - routed);
  expect(bytes).toBe(1_559_932_665_856); // the published file, with its vision tower: 1,560,860,324,864
});

test("Mamba-2 and half layers: Nemotron-3-Super", () => {
  const model = preset("nemotron-3-super");
  const { mixers, total, active } = parametersOf(model);
  expect(mixers[0]).toBe(109_617_152); // 4,096 · (16,384 + 2,048 + 128) + 8,192 · 4,096 + 4 · 10,240
  expect(mixers[1]).toBe(0); // a layer of experts alone
  expect(total).toBe(120_667_570_176);
  expect(active / 1e9).toBeCloseTo(12.77, 2);
  expect(keptOf(model, 1)).toMatchObject({ token: 8192, state: 170_229_760 }); // 8 · 2 · 2 · 128 · 2; 40 · 4,255,744
});

test("blocks that an index chooses: MiniMax-M3, one token at 131,072", () => {
  const model = preset("minimax-m3");
  expect(parametersOf(model).total).toBe(426_173_792_256);
  expect(keptOf(model, 1).token).toBe(137_472); // (60 · 1,024 + 57 · 128) · 2
  expect(keptOf({ ...model, precision: { ...model.precision, kvCache: "fp8" } }, 1).token).toBe(76_032); // index keys stay in 16 bits
  const { coreReads, scoreReads } = seeing(model, 131_072);
  expect(coreReads / 1e6).toBeCloseTo(239 + 805, 0); // 57 · 2,048 · 2,048 and 3 full layers
  expect(scoreReads / 1e6).toBeCloseTo(1913, 0);
});

test("blocks of unequal width, some without attention: a searched model of 49e9 parameters", () => {
  const narrow = (count: number, hiddenSize: number) => Array.from({ length: count }, () => `w${hiddenSize}`);
  const feedForward = (hiddenSize: number) => ({ kind: "dense", hiddenSize, matrices: 3 });
  const mixer = { kind: "grouped-query", heads: 64, kvHeads: 8, headSize: 128 };
  const model = {
    layers: 4,
    hiddenSize: 8192,
    layerKinds: {
      w28672: { mixer, feedForward: feedForward(28_672) },
      w14336: { mixer: { kind: "none" }, feedForward: feedForward(14_336) },
    },
    layerPattern: [...narrow(2, 28_672), ...narrow(2, 14_336)],
    precision: { weights: "bf16" },
  } as unknown as ModelSpec;
  const { mixers, denses } = parametersOf(model);
  expect(mixers).toEqual([150_994_944, 150_994_944, 0, 0]); // 8,192 · (64 + 16) · 128 + 64 · 128 · 8,192
  expect(denses).toEqual([704_643_072, 704_643_072, 352_321_536, 352_321_536]); // 3 · 8,192 · width
  expect(keptOf(model, 1).token).toBe(2 * 2 * 8 * 128 * 2); // of two layers
});

// Totals, active parameters, bytes of a token and of a state: of configurations read by a script of its own, not by this reader.
test.each([
  ["llama-3.1-405b", 405_849_243_648, 405_849_243_648, 516_096, 0], // 126 · 2 · 8 · 128 · 2
  ["qwen3-8b", 8_190_427_136, 8_190_427_136, 147_456, 0], // 36 · 2 · 8 · 128 · 2
  ["qwen3.5-27b", 26_895_319_040, 26_895_319_040, 65_536, 153_944_064], // 16 · 2 · 4 · 256 · 2; 48 · (48 · 128 · 128 · 4 + 3 · 10,240 · 2)
  ["nemotron-3-nano", 31_577_554_944, 3_579_691_008, 6_144, 49_082_368], // 6 · 2 · 2 · 128 · 2; 23 · (64 · 64 · 128 · 4 + 3 · 6,144 · 2)
  ["gemma-4-26b-a4b", 25_232_441_344, 3_821_830_144, 20_480, 0], // 5 · 2 · 2 · 512 · 2
  ["glm-5", 743_910_014_976, 41_783_525_376, 100_152, 0], // 78 · (576 · 2 + 132)
])("%s: parameters, and what it keeps", (name, total, active, token, state) => {
  const model = preset(name);
  expect(parametersOf(model)).toMatchObject({ total, active });
  expect(keptOf(model, 1)).toMatchObject({ token, state });
});

test("windows of Gemma 4 26B keep 1,024 tokens in 25 layers, and GLM-5 a token of 656 and 132 bytes in each layer", () => {
  expect(keptBytes(keptOf(preset("gemma-4-26b-a4b"), 1), 2000)).toBe(2000 * 20_480 + 25 * 1024 * 8192);
  expect(keptOf(preset("glm-5", ["model.precision.kvCache=fp8"]), 1).token).toBe(61_464);
});
