import { loadScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { layerKinds, modelProblems } from "./layer.ts";
import { parametersOf } from "./parameters.ts";

// Sizes as the published config.json files give them, and the parameters that the publishers count (norms, biases and all).

const REST =
  "\ncluster: { gpu: plan-card, network: hgx-h100-ndr }\nworkload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }\n";

function modelOf(config: object) {
  const read = () => JSON.stringify(config);
  return loadScenario(`tokenyard: 1\nmodel: { huggingface: config.json }${REST}`, { read, path: "scenario.yaml" }).scenario.model;
}

const sizes = (hidden: number, inner: number, layers: number, heads: number, kvHeads: number, vocabulary: number) => ({
  hidden_size: hidden,
  intermediate_size: inner,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  num_key_value_heads: kvHeads,
  vocab_size: vocabulary,
  torch_dtype: "bfloat16",
});
const QWEN2 = {
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  max_window_layers: 28,
  sliding_window: 131072,
  use_sliding_window: false,
};
const GEMMA3 = {
  architectures: ["Gemma3ForConditionalGeneration"],
  model_type: "gemma3",
  vision_config: { hidden_size: 1152, num_hidden_layers: 27 },
};
const LLAMA4 = (experts: number, step: number) => ({
  architectures: ["Llama4ForConditionalGeneration"],
  model_type: "llama4",
  vision_config: { hidden_size: 1408, num_hidden_layers: 34 },
  text_config: {
    ...sizes(5120, 8192, 48, 40, 8, 202048),
    attention_chunk_size: 8192,
    head_dim: 128,
    interleave_moe_layer_step: step,
    intermediate_size_mlp: 16384,
    model_type: "llama4_text",
    num_experts_per_tok: 1,
    num_local_experts: experts,
    tie_word_embeddings: false,
  },
});
const DEEPSEEK = {
  architectures: ["DeepseekV3ForCausalLM"],
  first_k_dense_replace: 3,
  kv_lora_rank: 512,
  moe_intermediate_size: 2048,
  moe_layer_freq: 1,
  n_group: 8,
  n_routed_experts: 256,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  num_nextn_predict_layers: 1,
  q_lora_rank: 1536,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  quantization_config: { quant_method: "fp8", fmt: "e4m3", activation_scheme: "dynamic", weight_block_size: [128, 128] },
  tie_word_embeddings: false,
  topk_group: 4,
  v_head_dim: 128,
  ...sizes(7168, 18432, 61, 128, 128, 129280),
};
const KIMI = {
  ...DEEPSEEK,
  ...sizes(7168, 18432, 61, 64, 64, 163840),
  first_k_dense_replace: 1,
  n_group: 1,
  n_routed_experts: 384,
  num_nextn_predict_layers: 0,
  topk_group: 1,
};
const QWEN3_MOE = {
  architectures: ["Qwen3MoeForCausalLM"],
  head_dim: 128,
  decoder_sparse_step: 1,
  mlp_only_layers: [],
  num_experts_per_tok: 8,
  tie_word_embeddings: false,
};
const MINIMAX_M2 = {
  architectures: ["MiniMaxM2ForCausalLM"],
  ...sizes(3072, 1536, 62, 48, 8, 200064),
  head_dim: 128,
  num_local_experts: 256,
  num_experts_per_tok: 8,
  quantization_config: { quant_method: "fp8", fmt: "float8_e4m3fn", weight_block_size: [128, 128] },
  tie_word_embeddings: false,
};
const QWEN3_CODER = { ...QWEN3_MOE, ...sizes(6144, 8192, 62, 96, 8, 151936), moe_intermediate_size: 2560, num_experts: 160 };
const QWEN3_32B = {
  architectures: ["Qwen3ForCausalLM"],
  ...sizes(5120, 25600, 64, 64, 8, 151936),
  head_dim: 128,
  tie_word_embeddings: false,
};
const GLM45 = {
  architectures: ["Glm4MoeForCausalLM"],
  first_k_dense_replace: 3,
  head_dim: 128,
  moe_intermediate_size: 1536,
  n_group: 1,
  n_routed_experts: 160,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  num_nextn_predict_layers: 1,
  partial_rotary_factor: 0.5,
  tie_word_embeddings: false,
};

/**
 * Name, config.json, parameters in billions as published, and of those what a token meets, where that is published in digits enough. Of models
 * that see, those of the text: Llama 4 without the 0.87 of its eyes, Gemma 3 by the table of its report.
 */
const CHECKPOINTS: readonly (readonly [string, object, number, number?])[] = [
  ["DeepSeek-V3", DEEPSEEK, 671, 37],
  [
    "DeepSeek-V2-Lite, whose queries are not compressed",
    {
      ...DEEPSEEK,
      ...sizes(2048, 10944, 27, 16, 16, 102400),
      architectures: ["DeepseekV2ForCausalLM"],
      first_k_dense_replace: 1,
      moe_intermediate_size: 1408,
      n_routed_experts: 64,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
      q_lora_rank: null,
    },
    15.706,
    2.66,
  ],
  [
    "DeepSeek-V2",
    {
      ...DEEPSEEK,
      ...sizes(5120, 12288, 60, 128, 128, 102400),
      architectures: ["DeepseekV2ForCausalLM"],
      first_k_dense_replace: 1,
      moe_intermediate_size: 1536,
      n_routed_experts: 160,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
    },
    235.74,
    21.4,
  ],
  ["Kimi-K2", KIMI, 1026.4],
  [
    "Kimi-K2.5, its text model",
    { architectures: ["KimiK25ForConditionalGeneration"], text_config: { ...KIMI, architectures: ["DeepseekV3ForCausalLM"] } },
    1026.4,
  ],
  ["Qwen3-Coder-480B", QWEN3_CODER, 480.2, 35.5],
  ["Qwen3-32B", QWEN3_32B, 32.762],
  ["Qwen2.5-0.5B, tied", { ...QWEN2, ...sizes(896, 4864, 24, 14, 2, 151936), tie_word_embeddings: true }, 0.494],
  ["Qwen2.5-7B", { ...QWEN2, ...sizes(3584, 18944, 28, 28, 4, 152064), tie_word_embeddings: false }, 7.616],
  ["Qwen2.5-72B", { ...QWEN2, ...sizes(8192, 29568, 80, 64, 8, 152064), tie_word_embeddings: false }, 72.71],
  [
    "Qwen1.5-MoE-A2.7B, with the shared expert of four",
    {
      architectures: ["Qwen2MoeForCausalLM"],
      ...sizes(2048, 5632, 24, 16, 16, 151936),
      decoder_sparse_step: 1,
      moe_intermediate_size: 1408,
      num_experts: 60,
      num_experts_per_tok: 4,
      shared_expert_intermediate_size: 5632,
      sliding_window: 32768,
      use_sliding_window: false,
      tie_word_embeddings: false,
    },
    14.316,
    2.7,
  ],
  [
    "Mistral-7B-v0.1",
    { architectures: ["MistralForCausalLM"], ...sizes(4096, 14336, 32, 32, 8, 32000), sliding_window: 4096, tie_word_embeddings: false },
    7.242,
  ],
  [
    "Mistral-7B-v0.3",
    { architectures: ["MistralForCausalLM"], ...sizes(4096, 14336, 32, 32, 8, 32768), sliding_window: null, tie_word_embeddings: false },
    7.248,
  ],
  [
    "Mistral-Nemo-2407, with heads of their own size",
    { architectures: ["MistralForCausalLM"], ...sizes(5120, 14336, 40, 32, 8, 131072), head_dim: 128, sliding_window: null },
    12.248,
  ],
  [
    "Mistral-Small-3.1-24B, its text model",
    {
      architectures: ["Mistral3ForConditionalGeneration"],
      torch_dtype: "bfloat16",
      text_config: { ...sizes(5120, 32768, 40, 32, 8, 131072), head_dim: 128, sliding_window: null },
      vision_config: { hidden_size: 1024 },
    },
    23.572,
  ],
  [
    "Phi-3-mini-4k",
    { architectures: ["Phi3ForCausalLM"], ...sizes(3072, 8192, 32, 32, 32, 32064), sliding_window: 2047, tie_word_embeddings: false },
    3.821,
  ],
  [
    "Phi-4",
    { architectures: ["Phi3ForCausalLM"], ...sizes(5120, 17920, 40, 40, 10, 100352), sliding_window: null, tie_word_embeddings: false },
    14.66,
  ],
  [
    "Phi-4-mini, tied",
    { architectures: ["Phi3ForCausalLM"], ...sizes(3072, 8192, 32, 24, 8, 200064), sliding_window: 262144, tie_word_embeddings: true },
    3.836,
  ],
  [
    "Phi-3.5-MoE",
    {
      architectures: ["PhiMoEForCausalLM"],
      ...sizes(4096, 6400, 32, 32, 8, 32064),
      num_local_experts: 16,
      num_experts_per_tok: 2,
      sliding_window: 131072,
      tie_word_embeddings: false,
    },
    41.87,
    6.6,
  ],
  [
    "Gemma-3-1B, text alone",
    {
      architectures: ["Gemma3ForCausalLM"],
      ...sizes(1152, 6912, 26, 4, 1, 262144),
      head_dim: 256,
      sliding_window: 512,
      sliding_window_pattern: 6,
    },
    1.0,
  ],
  [
    "Gemma-3-4B, whose config leaves most to its class",
    {
      ...GEMMA3,
      torch_dtype: "bfloat16",
      text_config: { hidden_size: 2560, intermediate_size: 10240, model_type: "gemma3_text", num_hidden_layers: 34, sliding_window: 1024 },
    },
    3.884,
  ],
  [
    "Gemma-3-27B",
    {
      ...GEMMA3,
      torch_dtype: "bfloat16",
      text_config: {
        head_dim: 128,
        hidden_size: 5376,
        intermediate_size: 21504,
        num_attention_heads: 32,
        num_hidden_layers: 62,
        num_key_value_heads: 16,
        sliding_window: 1024,
      },
    },
    27.016,
  ],
  ["Llama-4-Scout, experts in every layer", LLAMA4(16, 1), 107.77, 17],
  ["Llama-4-Maverick, dense and expert layers in turn", LLAMA4(128, 2), 400.7, 17],
  [
    "GLM-4-9B-0414",
    { architectures: ["Glm4ForCausalLM"], ...sizes(4096, 13696, 40, 32, 2, 151552), head_dim: 128, tie_word_embeddings: false },
    9.4,
  ],
  ["GLM-4.5", { ...GLM45, ...sizes(5120, 12288, 92, 96, 8, 151552) }, 355],
  [
    "GLM-4.5-Air",
    { ...GLM45, ...sizes(4096, 10944, 46, 96, 8, 151552), first_k_dense_replace: 1, moe_intermediate_size: 1408, n_routed_experts: 128 },
    106,
  ],
  ["MiniMax-M2", MINIMAX_M2, 228.7],
  [
    "OLMoE-1B-7B",
    {
      architectures: ["OlmoeForCausalLM"],
      ...sizes(2048, 1024, 16, 16, 16, 50304),
      num_experts: 64,
      num_experts_per_tok: 8,
      tie_word_embeddings: false,
    },
    6.919,
  ],
  [
    "Granite-3.0-3B-A800M, tied",
    {
      architectures: ["GraniteMoeForCausalLM"],
      ...sizes(1536, 512, 32, 24, 8, 49155),
      num_local_experts: 40,
      num_experts_per_tok: 8,
      tie_word_embeddings: true,
    },
    3.3,
  ],
  [
    "Mixtral-8x7B",
    {
      architectures: ["MixtralForCausalLM"],
      ...sizes(4096, 14336, 32, 32, 8, 32000),
      num_local_experts: 8,
      num_experts_per_tok: 2,
      sliding_window: null,
      tie_word_embeddings: false,
    },
    46.703,
    12.9,
  ],
  [
    "Command A, tied by its class",
    {
      architectures: ["Cohere2ForCausalLM"],
      ...sizes(12288, 36864, 64, 96, 8, 256000),
      head_dim: 128,
      sliding_window: 4096,
      sliding_window_pattern: 4,
    },
    111,
  ],
  [
    "Hunyuan-A13B, with lists of the same number for each layer",
    {
      architectures: ["HunYuanMoEV1ForCausalLM"],
      ...sizes(4096, 3072, 32, 32, 8, 128167),
      num_experts: 64,
      num_shared_expert: Array(32).fill(1),
      moe_topk: Array(32).fill(8),
      moe_intermediate_size: Array(32).fill(3072),
      use_cla: false,
      tie_word_embeddings: true,
    },
    80.4,
    13,
  ],
  ["Qwen3-30B-A3B", { ...QWEN3_MOE, ...sizes(2048, 6144, 48, 32, 4, 151936), moe_intermediate_size: 768, num_experts: 128 }, 30.532, 3.3],
];

test.each(CHECKPOINTS.map((each) => ({ name: each[0], checkpoint: each })))(
  "$name has its published parameters within 1 %",
  ({ checkpoint }) => {
    const [, config, billions, active] = checkpoint;
    const model = modelOf(config);
    expect(modelProblems(model)).toEqual([]);
    const { total, active: met } = parametersOf(model);
    expect(Math.abs(total / (billions * 1e9) - 1)).toBeLessThan(0.01);
    if (active !== undefined) expect(Math.abs(met / (active * 1e9) - 1)).toBeLessThan(0.025);
  },
);

describe("what a config says beside its sizes", () => {
  test("Llama 4 Maverick: every second layer has experts, with one shared; of every four layers the last sees all", () => {
    const model = modelOf(LLAMA4(128, 2));
    expect(layerKinds(model).slice(0, 4)).toEqual(["dense", "moe", "dense", "moe"]);
    expect(model.experts?.shared).toBe(1);
    expect(model.attention).toMatchObject({ window: { tokens: 8192, fullEvery: 4 } });
  });

  test("Gemma 3: five layers with a window, then one without", () => {
    expect(modelOf({ ...GEMMA3, text_config: { num_hidden_layers: 34, sliding_window: 1024 } }).attention).toMatchObject({
      window: { tokens: 1024, fullEvery: 6 },
    });
  });

  test("dense layers that lead, as a list or as a number", () => {
    const qwen = {
      architectures: ["Qwen3MoeForCausalLM"],
      ...sizes(64, 128, 4, 4, 4, 100),
      moe_intermediate_size: 32,
      num_experts: 4,
      num_experts_per_tok: 2,
    };
    expect(layerKinds(modelOf({ ...qwen, mlp_only_layers: [0, 1] }))).toEqual(["dense", "dense", "moe", "moe"]);
    expect(layerKinds(modelOf({ ...qwen, decoder_sparse_step: 2 }))).toEqual(["dense", "moe", "dense", "moe"]);
    expect(layerKinds(modelOf({ ...qwen, mlp_only_layers: [1] }))).toEqual(["moe", "dense", "moe", "moe"]); // by kinds of layers
    expect(layerKinds(modelOf({ ...GLM45, ...sizes(64, 128, 5, 4, 4, 100) }))).toEqual(["dense", "dense", "dense", "moe", "moe"]);
  });
});

describe("a quantised checkpoint", () => {
  const llama = { architectures: ["LlamaForCausalLM"], ...sizes(64, 128, 2, 4, 4, 100) };
  const group = (weights: object, activations: object | null = null) => ({
    quant_method: "compressed-tensors",
    config_groups: { group_0: { targets: ["Linear"], weights, input_activations: activations } },
    ignore: ["lm_head"],
  });
  const byte = (type: string) => ({ num_bits: 8, type, strategy: "channel", dynamic: false });
  test.each<[string, object, object]>([
    ["AWQ", { quant_method: "awq", bits: 4, group_size: 128, version: "gemm", zero_point: true }, { weights: "int4" }],
    ["GPTQ of 4 bits", { quant_method: "gptq", bits: 4, group_size: 128, desc_act: true, sym: true }, { weights: "int4" }],
    [
      "GPTQ of 8 bits, whose activations stay wide",
      { quant_method: "gptq", bits: 8, group_size: 128 },
      { weights: "int8", compute: "bf16" },
    ],
    [
      "compressed-tensors W4A16",
      group({ num_bits: 4, type: "int", group_size: 128, strategy: "group" }),
      { weights: "int4" }, // which multiplies wide in any case
    ],
    ["compressed-tensors W8A8", group(byte("int"), byte("int")), { weights: "int8" }],
    ["compressed-tensors W8A16", group(byte("int")), { weights: "int8", compute: "bf16" }],
    ["compressed-tensors FP8", group(byte("float"), byte("float")), { weights: "fp8" }],
    [
      "compressed-tensors FP8 with a cache in FP8",
      { ...group(byte("float"), byte("float")), kv_cache_scheme: byte("float") },
      { weights: "fp8", kvCache: "fp8" },
    ],
    [
      "compressed-tensors NVFP4",
      group({ num_bits: 4, type: "float", group_size: 16 }, { num_bits: 4, type: "float", group_size: 16 }),
      { weights: "nvfp4" },
    ],
    [
      "bitsandbytes NF4",
      { quant_method: "bitsandbytes", load_in_4bit: true, load_in_8bit: false, bnb_4bit_quant_type: "nf4" },
      { weights: "int4" },
    ],
    ["bitsandbytes of 8 bits", { quant_method: "bitsandbytes", load_in_4bit: false, load_in_8bit: true }, { weights: "int8" }],
    ["FP8 of blocks", { quant_method: "fp8", weight_block_size: [128, 128] }, { weights: "fp8" }],
    ["FBGEMM FP8", { quant_method: "fbgemm_fp8", activation_scale_ub: 1200 }, { weights: "fp8" }],
    ["ModelOpt NVFP4", { quant_method: "modelopt", quant_algo: "NVFP4" }, { weights: "nvfp4" }],
  ])("%s has its formats", (_name, quantization_config, precision) => {
    expect(modelOf({ ...llama, quantization_config }).precision).toEqual({ weights: "bf16", activations: "bf16", ...precision });
  });

  test("of which attention is left alone has its experts quantised", () => {
    const config_groups = {
      group_0: { weights: { num_bits: 4, type: "int", group_size: 32 }, input_activations: null, targets: ["Linear"] },
    };
    const ignore = ["lm_head", "re:.*self_attn.*", "re:.*shared_experts.*", "re:.*mlp\\.(gate|up|gate_up|down)_proj.*"];
    const kimi = { ...KIMI, quantization_config: { quant_method: "compressed-tensors", config_groups, ignore, kv_cache_scheme: null } };
    expect(modelOf(kimi).precision).toEqual({ weights: "bf16", experts: "int4", activations: "bf16" });
  });

  test.each<[object, string]>([
    [{ quant_method: "gptq", bits: 3 }, "bits 3 given; wanted bits 4 or 8"],
    [{ quant_method: "aqlm" }, "wanted quant_method fp8, fbgemm_fp8, mxfp4, awq, gptq, compressed-tensors, bitsandbytes or modelopt"],
    [{ quant_method: "bitsandbytes" }, "load_in_4bit, load_in_8bit both false given"],
    [
      { quant_method: "compressed-tensors", config_groups: { a: { weights: byte("int") }, b: { weights: byte("float") } } },
      "config_groups of several formats for all matrices given",
    ],
  ])("that cannot be said is refused: %o", (quantization_config, message) => {
    expect(() => modelOf({ ...llama, quantization_config })).toThrow(message);
  });
});

test.each([
  ["deepseek-v3", DEEPSEEK],
  ["deepseek-r1", DEEPSEEK],
  ["kimi-k2", KIMI],
  ["minimax-m2", MINIMAX_M2],
  ["glm-4.5", { ...GLM45, ...sizes(5120, 12288, 92, 96, 8, 151552) }],
  ["llama-4-scout", LLAMA4(16, 1)],
  ["llama-4-maverick", LLAMA4(128, 2)],
  ["qwen3-coder-480b", QWEN3_CODER],
  ["qwen3-32b", QWEN3_32B],
])("the preset %s is what its config.json says", (preset, config) => {
  const { scenario } = loadScenario(`tokenyard: 1\nmodel: ${preset}${REST}`, { read: () => "", path: "scenario.yaml" });
  expect(scenario.model).toEqual(modelOf(config));
});

test.each([
  ["MiniMaxM1ForCausalLM", "lightning attention"],
  ["JambaForCausalLM", "layers of the first Mamba"],
  ["Gemma3nForConditionalGeneration", "layers with embeddings of their own"],
])("%s is refused by name, with what is missing: %s", (name, missing) => {
  expect(() => modelOf({ architectures: [name] })).toThrow(`${name} given; wanted another architecture: ${missing}`);
});
