import { describe, expect, test } from "vitest";
import { readConfig } from "../config.ts";

const LATENT = {
  architectures: ["DeepseekV3ForCausalLM"],
  hidden_size: 64,
  intermediate_size: 128,
  moe_intermediate_size: 32,
  num_attention_heads: 4,
  num_hidden_layers: 3,
  first_k_dense_replace: 1,
  n_routed_experts: 8,
  num_experts_per_tok: 2,
  n_shared_experts: 1,
  q_lora_rank: 16,
  kv_lora_rank: 16,
  qk_nope_head_dim: 8,
  qk_rope_head_dim: 4,
  v_head_dim: 8,
  vocab_size: 100,
  torch_dtype: "bfloat16",
};

const DENSE = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 64,
  intermediate_size: 128,
  num_attention_heads: 4,
  num_hidden_layers: 4,
  vocab_size: 100,
  torch_dtype: "bfloat16",
};

/** Formats, and what each follows from, of a config with `quantization` in the file beside it. */
function read(config: object, quantization?: object) {
  const reading = readConfig(JSON.stringify(config), quantization && JSON.stringify({ producer: { name: "modelopt" }, quantization }));
  if (!("model" in reading)) throw new Error(JSON.stringify(reading.problems));
  const { precision } = reading.model as { precision: object };
  return { precision, because: Object.fromEntries(reading.implied.map(({ path, because }) => [path.join("."), because])) };
}

describe("hf_quant_config.json beside a config", () => {
  test("makes all matrices fp8, and the cache, where the config says nothing of formats", () => {
    const { precision, because } = read(DENSE, { quant_algo: "FP8", kv_cache_quant_algo: "FP8", exclude_modules: ["lm_head"] });
    expect(precision).toEqual({ weights: "fp8", activations: "bf16", kvCache: "fp8" });
    expect(because["precision.weights"]).toBe("quant_algo FP8");
    expect(because["precision.kvCache"]).toBe("kv_cache_quant_algo FP8");
  });

  test("leaves out by globs what stays in 16 bits: attention and shared experts, and a first layer", () => {
    const exclude_modules = [
      "language_model.lm_head",
      "language_model.model.layers.0*",
      ...[1, 2].flatMap((layer) => [
        `language_model.model.layers.${layer}.self_attn*`,
        `language_model.model.layers.${layer}.mlp.shared_experts*`,
      ]),
    ];
    const { precision } = read(LATENT, { quant_algo: "NVFP4", kv_cache_quant_algo: "FP8", exclude_modules });
    expect(precision).toEqual({ weights: "bf16", experts: "nvfp4", activations: "bf16", kvCache: "fp8" });
  });

  test("leaves out single matrices: the output of the attention is quantised, its other matrices are not", () => {
    const exclude_modules = [0, 1, 2].flatMap((layer) =>
      ["q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj"].map((name) => `model.layers.${layer}.self_attn.${name}`),
    );
    const { precision } = read(LATENT, { quant_algo: "NVFP4", exclude_modules });
    // 12 matrices of attention in bf16 against 3 outputs, 3 of the dense layer, 6 shared
    expect(precision).toEqual({
      weights: "bf16",
      attentionOutput: "nvfp4",
      dense: "nvfp4",
      shared: "nvfp4",
      experts: "nvfp4",
      activations: "bf16",
    });
  });

  test("of mixed formats quantises the listed matrices alone, those of some without their inputs", () => {
    const quantized_layers = Object.fromEntries(
      [0, 1, 2, 3].flatMap((layer) => [
        ...["q_proj", "k_proj", "v_proj", "o_proj"].map(
          (name) => [`model.layers.${layer}.self_attn.${name}`, { quant_algo: "FP8" }] as const,
        ),
        ...["gate_proj", "up_proj", "down_proj"].map(
          (name) => [`model.layers.${layer}.mlp.${name}`, { quant_algo: "W4A16_NVFP4" }] as const,
        ),
      ]),
    );
    const { precision, because } = read(DENSE, {
      quant_algo: "MIXED_PRECISION",
      quantized_layers: { ...quantized_layers, lm_head: { quant_algo: "W4A16_NVFP4" } },
    });
    expect(precision).toEqual({ weights: "fp8", dense: "nvfp4", head: "nvfp4", weightOnly: ["dense"], activations: "bf16" });
    expect(because["precision.weightOnly"]).toBe("quant_algo W4A16_NVFP4");
  });

  test("counts what most layers have, and says what the others have", () => {
    const { precision, because } = read(DENSE, { quant_algo: "FP8", exclude_modules: ["model.layers.0*"] });
    expect(precision).toEqual({ weights: "fp8", activations: "bf16" });
    expect(because["precision.weights"]).toBe("quant_algo FP8: most of its matrices, taken for all; 3 in 16 bits");
  });

  test("gives way to a quantisation that the config itself names", () => {
    expect(read({ ...DENSE, quantization_config: { quant_method: "awq", bits: 4 } }, { quant_algo: "FP8" }).precision).toMatchObject({
      weights: "int4",
    });
  });

  test.each([
    ["an algorithm that is not known", { quant_algo: "W2A2" }, "quant_algo W2A2"],
    ["a pattern that is not known", { quant_algo: "FP8", exclude_modules: ["re:(?!a)"] }, "pattern re:(?!a)"],
  ])("is refused with %s", (_, quantization, given) => {
    const reading = readConfig(JSON.stringify(DENSE), JSON.stringify({ quantization }));
    expect("problems" in reading && reading.problems[0]!.given).toBe(given);
  });

  test("is refused where it is no JSON", () => {
    const reading = readConfig(JSON.stringify(DENSE), "{");
    expect("problems" in reading && reading.problems[0]!.given).toBe("hf_quant_config.json beside it, which is no JSON");
  });
});

test("fp8 with experts listed in another format has both, whatever the list of the latter leaves out", () => {
  const quantization_config = {
    quant_method: "fp8",
    quant_algo: "MIXED_PRECISION",
    moe_quant_algo: "NVFP4",
    quantized_layers: [1, 2].map((layer) => `model.layers.${layer}.mlp.experts`),
    ignore: ["*.self_attn.*", "*.shared_experts.*"],
  };
  expect(read({ ...LATENT, quantization_config }).precision).toEqual({ weights: "fp8", experts: "nvfp4", activations: "bf16" });
});

test("blocks of 32 with a scale of one byte are mxfp4", () => {
  const group_0 = { targets: ["Linear"], weights: { num_bits: 4, type: "float", group_size: 32 }, format: "mxfp4-pack-quantized" };
  const quantization_config = { quant_method: "compressed-tensors", config_groups: { group_0 }, ignore: ["re:.*self_attn.*"] };
  expect(read({ ...DENSE, quantization_config }).precision).toMatchObject({ weights: "bf16", dense: "mxfp4" });
});

test("Python's Infinity and NaN are read, in texts they are left alone", () => {
  const text = JSON.stringify({ ...DENSE, time_step_limit: [0, "I"], note: "to Infinity and NaN" }).replace('"I"', "Infinity");
  expect(text).toContain("[0,Infinity]");
  expect("model" in readConfig(text)).toBe(true);
});

test("what costs time or memory and is not read is named", () => {
  const { because } = read({ ...LATENT, n_group: 8, topk_group: 4, num_nextn_predict_layers: 1 });
  expect(because["huggingface"]).toBe(
    "not read: n_group 8 (experts chosen within groups), topk_group 4 (experts chosen within groups), num_nextn_predict_layers 1 (draft layers)",
  );
  expect(read({ ...LATENT, n_group: 1, topk_group: 1 }).because["huggingface"]).toBeUndefined();
});

test("six thousand modules named one by one take no time to speak of", () => {
  const quantized_layers = Object.fromEntries(
    Array.from({ length: 6_000 }, (_, i) => [`model.layers.${i % 4}.mlp.experts.${i}.up_proj`, { quant_algo: "NVFP4" }]),
  );
  expect(read(DENSE, { quant_algo: "MIXED_PRECISION", quantized_layers }).precision).toEqual({ weights: "bf16", activations: "bf16" });
});
