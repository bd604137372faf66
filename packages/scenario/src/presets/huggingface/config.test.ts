import { describe, expect, test } from "vitest";
import { type LoadOptions, loadScenario } from "../../load.ts";
import { parseScenario } from "../../parse.ts";
import { type Problem, Problems } from "../../problems/problem.ts";

const REST = `
cluster: { gpu: plan-card, network: hgx-h100-ndr }
workload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }
`;

/** The model of a scenario whose `model` is `section`, where `config.json` holds `config`. */
function modelOf(section: string, config: object | string = {}, options: Partial<LoadOptions> = {}) {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  return loadScenario(`tokenyard: 1\nmodel: ${section}${REST}`, { read: () => text, path: "here/scenario.yaml", ...options }).scenario
    .model;
}

function problemsOf(load: () => unknown): readonly Problem[] {
  try {
    load();
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    throw error;
  }
  return [];
}

const MIXTRAL = {
  architectures: ["MixtralForCausalLM"],
  hidden_act: "silu",
  hidden_size: 4096,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_experts_per_tok: 2,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  num_local_experts: 8,
  sliding_window: null,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
  vocab_size: 32000,
};

const QWEN3_MOE = {
  architectures: ["Qwen3MoeForCausalLM"],
  decoder_sparse_step: 1,
  head_dim: 128,
  hidden_size: 2048,
  intermediate_size: 6144,
  mlp_only_layers: [],
  moe_intermediate_size: 768,
  num_attention_heads: 32,
  num_experts: 128,
  num_experts_per_tok: 8,
  num_hidden_layers: 48,
  num_key_value_heads: 4,
  sliding_window: null,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
  use_sliding_window: false,
  vocab_size: 151936,
};

const GPT_OSS = {
  architectures: ["GptOssForCausalLM"],
  head_dim: 64,
  hidden_size: 2880,
  intermediate_size: 2880,
  layer_types: Array.from({ length: 24 }, (_, layer) => (layer % 2 === 0 ? "sliding_attention" : "full_attention")),
  num_attention_heads: 64,
  num_experts_per_tok: 4,
  num_hidden_layers: 24,
  num_key_value_heads: 8,
  num_local_experts: 32,
  quantization_config: { modules_to_not_convert: ["lm_head"], quant_method: "mxfp4" },
  sliding_window: 128,
  tie_word_embeddings: false,
  vocab_size: 201088,
};

const OLMOE = {
  architectures: ["OlmoeForCausalLM"],
  hidden_size: 2048,
  intermediate_size: 1024,
  num_attention_heads: 16,
  num_experts: 64,
  num_experts_per_tok: 8,
  num_hidden_layers: 16,
  num_key_value_heads: 16,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
  vocab_size: 50304,
};

const LLAMA = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 4096,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
  vocab_size: 128256,
};

/** A checkpoint of compressed-tensors whose weights are quantised so. */
const weights = (num_bits: number, type: string, more: object = {}) => ({
  quant_method: "compressed-tensors",
  config_groups: { group_0: { targets: ["Linear"], weights: { num_bits, type }, ...more } },
});

const [WINDOW, FULL] = ["sliding_attention", "full_attention"];

describe("a config", () => {
  test.each([
    ["mixtral-8x7b", MIXTRAL],
    ["qwen3-30b-a3b", QWEN3_MOE],
    ["gpt-oss-20b", GPT_OSS],
    ["olmoe-1b-7b", OLMOE],
    ["llama-3.1-8b", LLAMA],
  ])("of %s says the same model as the preset", (preset, config) => {
    expect(modelOf("{ huggingface: ./config.json }", config)).toEqual(modelOf(preset));
  });

  test("of a dense Qwen3 has heads wider than its hidden size shared out", () => {
    const config = { ...LLAMA, architectures: ["Qwen3ForCausalLM"], hidden_size: 5120, num_attention_heads: 64, head_dim: 128 };
    expect(modelOf("{ huggingface: c }", config).attention).toEqual({ heads: 64, kvHeads: 8, headSize: 128 });
  });

  test("without key and value heads of its own has as many as query heads", () => {
    const { num_key_value_heads: _, ...config } = LLAMA;
    expect(modelOf("{ huggingface: c }", config).attention).toEqual({ heads: 32, kvHeads: 32, headSize: 128 }); // 4096 / 32
  });

  test.each([
    ["a window in every layer", { ...MIXTRAL, sliding_window: 4096 }, { tokens: 4096 }],
    ["a window that is not used", { ...QWEN3_MOE, sliding_window: 4096 }, undefined],
    ["windows that are not listed, in the turn of the architecture", { ...GPT_OSS, layer_types: undefined }, { tokens: 128, fullEvery: 2 }],
    [
      "every third layer without",
      { ...GPT_OSS, layer_types: [WINDOW, WINDOW, FULL, WINDOW], num_hidden_layers: 4 },
      { tokens: 128, fullEvery: 3 },
    ],
    ["a window in every listed layer", { ...GPT_OSS, layer_types: [WINDOW, WINDOW], num_hidden_layers: 2 }, { tokens: 128 }],
    ["no layer with a window", { ...GPT_OSS, layer_types: [FULL, FULL], num_hidden_layers: 2 }, undefined],
  ])("says %s", (_, config, window) => {
    const { attention } = modelOf("{ huggingface: c }", config);
    expect(attention !== undefined && "window" in attention ? attention.window : undefined).toEqual(window);
  });

  test.each([
    ["windows in no regular turn", { ...GPT_OSS, num_hidden_layers: 3, layer_types: [FULL, WINDOW, WINDOW] }, "full window window"],
    [
      "windows from a layer on",
      { ...QWEN3_MOE, num_hidden_layers: 3, sliding_window: 64, use_sliding_window: true, max_window_layers: 2 },
      "full full window",
    ],
  ])("says %s by kinds of layers", (_, config, pattern) => {
    const { layers, layerKinds, layerPattern } = modelOf("{ huggingface: c }", config);
    const windows = Array.from({ length: layers }, (_, layer) => layerKinds![layerPattern![layer % layerPattern!.length]!]!.mixer);
    expect(windows.map((mixer) => ("window" in mixer ? "window" : "full")).join(" ")).toBe(pattern);
  });

  test("says dense layers between others by kinds of layers", () => {
    const { layerKinds, layerPattern } = modelOf("{ huggingface: c }", { ...QWEN3_MOE, num_hidden_layers: 4, mlp_only_layers: [2] });
    expect(layerPattern!.map((name) => layerKinds![name]!.feedForward.kind)).toEqual(["experts", "experts", "dense", "experts"]);
  });

  test("of an architecture that is not known is read by its keys, and what was guessed is named", () => {
    const { scenario } = loadScenario(`tokenyard: 1\nmodel: { huggingface: c }${REST}`, {
      read: () => JSON.stringify({ ...MIXTRAL, architectures: ["NewForCausalLM"] }),
    });
    expect(scenario.model).toEqual(modelOf("mixtral-8x7b"));
    const reasons = scenario.assumed.map((entry) => (typeof entry === "object" && "because" in entry ? entry.because : ""));
    expect(reasons.some((text) => text.startsWith("architecture NewForCausalLM is not known"))).toBe(true);
  });

  test("in fp8 stores weights so and leaves the rest in 16 bits", () => {
    const config = { ...QWEN3_MOE, quantization_config: { quant_method: "fp8" } };
    expect(modelOf("{ huggingface: c }", config).precision).toEqual({ weights: "fp8", activations: "bf16" });
  });

  const inputs = { input_activations: { num_bits: 8 } };
  const cache = { kv_cache_scheme: { num_bits: 8, type: "float" } };
  test.each([
    ["fbgemm in fp8", { quant_method: "fbgemm_fp8" }, { weights: "fp8" }],
    ["AWQ, 4 bits for weights alone", { quant_method: "awq", bits: 4 }, { weights: "int4" }],
    ["GPTQ with 8 bits, for weights alone", { quant_method: "gptq", bits: 8 }, { weights: "int8", compute: "bf16" }],
    ["compressed-tensors in fp8", weights(8, "float", inputs), { weights: "fp8" }],
    ["compressed-tensors in int8 with its inputs", weights(8, "int", inputs), { weights: "int8" }],
    ["compressed-tensors with weights alone", weights(8, "float"), { weights: "fp8", compute: "bf16" }],
    ["compressed-tensors with a cache", { ...weights(8, "float", inputs), ...cache }, { weights: "fp8", kvCache: "fp8" }],
    ["ModelOpt's nvfp4", { quant_method: "modelopt", quant_algo: "NVFP4", ...cache }, { weights: "nvfp4", kvCache: "fp8" }],
  ])("quantised by %s takes its formats", (_, quantization_config, formats) => {
    expect(modelOf("{ huggingface: c }", { ...QWEN3_MOE, quantization_config }).precision).toEqual({ activations: "bf16", ...formats });
  });

  test("lists which formats it took and why, but for those that stand beside it", () => {
    const assumedOf = (section: string, config: object) =>
      loadScenario(`tokenyard: 1\nmodel: ${section}${REST}`, { read: () => JSON.stringify(config) })
        .scenario.assumed.filter((entry) => typeof entry !== "string")
        .map((entry) => ("because" in entry ? `${entry.path}: ${entry.because}` : entry.path));
    const config = { ...QWEN3_MOE, quantization_config: { quant_method: "fp8" } };
    expect(assumedOf("{ huggingface: c }", config)).toEqual([
      "model.precision.weights: quant_method fp8",
      "model.precision.kvCache: no format of a cache",
      "model.precision.collectives: engines reduce and exchange what is not quantised",
    ]);
    expect(assumedOf("{ huggingface: c, precision: { weights: bf16, kvCache: fp8, collectives: bf16 } }", config)).toEqual([]);
    expect(assumedOf("{ huggingface: c }", QWEN3_MOE)).toEqual([]); // torch_dtype says it all
    expect(assumedOf("{ huggingface: c }", { ...QWEN3_MOE, torch_dtype: null })).toEqual([
      "model.precision.weights: no torch_dtype",
      "model.precision.activations: no torch_dtype",
    ]);
  });

  test("lies under the keys beside it", () => {
    const model = modelOf("{ huggingface: c, layers: 4, precision: { weights: fp8 } }", MIXTRAL);
    expect(model.layers).toBe(4);
    expect(model.precision).toEqual({ weights: "fp8", activations: "bf16" });
    expect(model.hiddenSize).toBe(4096);
  });

  test("is looked for beside the file that names it", () => {
    const asked: string[] = [];
    const files: Readonly<Record<string, string>> = {
      "there/base.yaml": `model: { huggingface: models/config.json }${REST}`,
      "there/models/config.json": JSON.stringify(MIXTRAL),
    };
    const read = (path: string) => {
      asked.push(path);
      return files[path] ?? "";
    };
    const { scenario } = loadScenario("tokenyard: 1\nextends: ../there/base.yaml\n", { read, path: "here/scenario.yaml" });
    expect(asked).toEqual(["there/base.yaml", "there/models/config.json", "there/models/hf_quant_config.json"]);
    expect(scenario.model.layers).toBe(32);
  });

  test("replaces the model of an extended file, as another preset does", () => {
    const base = "model: { preset: mixtral-8x22b, declaredParameters: 141e9 }";
    const read = (path: string) => (path === "base.yaml" ? base : JSON.stringify(LLAMA));
    const { scenario } = loadScenario(`tokenyard: 1\nextends: base.yaml\nmodel: { huggingface: c }${REST}`, { read, path: "s.yaml" });
    expect(scenario.model.experts).toBeUndefined();
    expect(scenario.model.declaredParameters).toBeUndefined();
    expect(scenario.model.dense?.hiddenSize).toBe(14336);
  });
});

describe("a config is refused", () => {
  const refusals = (config: object | string) =>
    problemsOf(() => modelOf("{ huggingface: config.json }", config)).map(
      ({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`,
    );

  test("with all that it lacks, at the line that names it", () => {
    const { hidden_size: _, num_local_experts: __, ...config } = MIXTRAL;
    const problems = problemsOf(() => modelOf("{ huggingface: config.json }", config));
    expect(problems.map(({ given }) => given)).toEqual(["no hidden_size", "no num_local_experts beside num_experts_per_tok"]);
    expect(problems.map(({ place }) => place)).toEqual(problems.map(() => ({ file: "here/scenario.yaml", line: 2, column: 10 })));
  });

  test.each([
    [
      "an architecture that is known and cannot be said",
      { ...LLAMA, architectures: ["JambaForCausalLM"] },
      "JambaForCausalLM; another architecture: layers of the first Mamba",
    ],
    ["none at all", {}, "no architectures; the name of the architecture"],
    [
      "a part that is known and cannot be said",
      { ...LLAMA, num_kv_shared_layers: 8 },
      "num_kv_shared_layers 8; a model of known parts: layers that",
    ],
    ["a key that speaks of an unknown part", { ...LLAMA, hyena_order: 2 }, "hyena_order 2; a model of known parts: what this key means"],
    [
      "a layer of an unknown type",
      { ...LLAMA, num_hidden_layers: 2, layer_types: [FULL, "retention"] },
      "a layer of type retention; a model of known parts",
    ],
    ["a size that is no whole number", { ...LLAMA, vocab_size: "many" }, "vocab_size many; a whole number from 1 up under vocab_size"],
    [
      "heads that do not divide its hidden size",
      { ...LLAMA, num_attention_heads: 33 },
      "no head_dim; a whole number from 1 up under head_dim",
    ],
    ["too few types of layers", { ...GPT_OSS, layer_types: [FULL] }, "1 entries in layer_types; one for each of the 24 layers"],
    [
      "a number format that is not known",
      { ...LLAMA, torch_dtype: "posit8" },
      "torch_dtype posit8; torch_dtype float32, float16 or bfloat16",
    ],
    [
      "a quantisation that is not known",
      { ...LLAMA, quantization_config: { quant_method: "bitnet" } },
      "quant_method bitnet; quant_method fp8, fbgemm_fp8, mxfp4, awq, gptq, compressed-tensors, bitsandbytes or modelopt",
    ],
    ["a number of bits that is not known", { ...LLAMA, quantization_config: { quant_method: "gptq", bits: 3 } }, "bits 3; bits 4 or 8"],
    [
      "weights in a format that is not known",
      { ...LLAMA, quantization_config: weights(6, "float") },
      "weights of config_groups 6 bits of type float; weights of config_groups 8 bits of type float",
    ],
    [
      "widths of experts that differ from layer to layer",
      { ...QWEN3_MOE, moe_intermediate_size: [768, 512] },
      "moe_intermediate_size [768, 512]; a whole number from 1 up under moe_intermediate_size",
    ],
    ["a text that is no JSON", "model: mixtral", "text that is no JSON; the JSON of a Hugging Face config.json"],
    ["a list", "[1, 2]", "[1, 2]; the JSON of a Hugging Face config.json"],
  ])("for %s", (_, config, wanted) => {
    const [first, ...more] = refusals(config);
    expect(first?.startsWith(`model.huggingface: ${wanted}`), first).toBe(true);
    expect(more).toEqual([]);
  });

  test("for a key that it has twice, of which JSON would take the last, at its place in the config", () => {
    const twice = JSON.stringify(LLAMA, null, 2).replace("{", '{\n  "num_hidden_layers": 2,');
    const problems = problemsOf(() => modelOf("{ huggingface: config.json }", twice));
    expect(problems).toMatchObject([{ path: ["model", "huggingface"], given: "num_hidden_layers a second time", wanted: "each key once" }]);
    const { line, column } = problems[0]!.place as { line: number; column: number };
    expect(problems[0]!.place).toMatchObject({ file: "here/config.json" });
    expect(twice.split("\n")[line - 1]!.slice(column - 1)).toMatch(/^"num_hidden_layers"/);
  });

  test("when it cannot be read", () => {
    const read = () => {
      throw new Error("no such file");
    };
    const [problem] = problemsOf(() => modelOf("{ huggingface: gone.json }", "", { read }));
    expect(problem).toMatchObject({ path: ["model", "huggingface"], given: "gone.json", wanted: "a file that can be read (no such file)" });
    const [name] = problemsOf(() => modelOf("{ huggingface: meta-llama/Llama-3.1-8B }", "", { read }));
    expect(name?.wanted).toMatch(/^a file that can be read \(no such file\): nothing is fetched from a hub; wanted the path/);
  });

  test("where no file names it: in a plain tree and in a setting", () => {
    const tree = { tokenyard: 1, model: { huggingface: "config.json" } };
    expect(problemsOf(() => parseScenario(tree))[0]).toMatchObject({ path: ["model", "huggingface"], given: "config.json" });
    const set = ["model={ huggingface: config.json }"];
    expect(problemsOf(() => modelOf("mixtral-8x7b", MIXTRAL, { set }))[0]).toMatchObject({ path: ["model", "huggingface"] });
  });
});
