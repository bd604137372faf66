import { BLOCK_SPARSE_NAMES, LATENT_NAMES, LLAMA4_NAMES, type ModuleNames, ONE_SHARED_NAMES } from "./formats/part.ts";

/** How an architecture names the sizes of its feed-forward. All of them gate it, so that an expert has three matrices. */
export interface Architecture {
  readonly experts?: ExpertKeys;
  /** Its attention is latent. */
  readonly latent?: true;
  /** Of every so many layers the last has no window, where the config does not list them. */
  readonly fullEvery?: number;
  /** Under which key the window is; `sliding_window` where none is given. */
  readonly window?: string;
  /** What the config may leave out, as the class that reads it fills it in. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Where its checkpoints keep its matrices; as most do where none is given. */
  readonly modules?: ModuleNames;
}

export interface ExpertKeys {
  readonly count: string;
  readonly topK: string;
  readonly hiddenSize: string;
  /** How many shared experts there are. */
  readonly shared?: string;
  /** The hidden size of all shared experts together. */
  readonly sharedSize?: string;
  /** One shared expert in every layer, which no key tells. */
  readonly alwaysShared?: true;
  /** The hidden size of dense layers. */
  readonly denseSize?: string;
  /** How many leading layers are dense. */
  readonly leading?: string;
  /** Of every so many layers the last has experts. */
  readonly every?: string;
}

const LOCAL: ExpertKeys = { count: "num_local_experts", topK: "num_experts_per_tok", hiddenSize: "intermediate_size" };
const QWEN: ExpertKeys = {
  count: "num_experts",
  topK: "num_experts_per_tok",
  hiddenSize: "moe_intermediate_size",
  denseSize: "intermediate_size",
  every: "decoder_sparse_step",
};
const GLM: ExpertKeys = {
  count: "n_routed_experts",
  topK: "num_experts_per_tok",
  hiddenSize: "moe_intermediate_size",
  shared: "n_shared_experts",
  denseSize: "intermediate_size",
  leading: "first_k_dense_replace",
};
const LLAMA4: Architecture = {
  experts: { ...LOCAL, alwaysShared: true, denseSize: "intermediate_size_mlp", every: "interleave_moe_layer_step" },
  modules: LLAMA4_NAMES,
  window: "attention_chunk_size",
  fullEvery: 4, // every fourth layer has no rotary embedding and no chunks
};
const GEMMA3: Architecture = {
  fullEvery: 6,
  defaults: {
    vocab_size: 262_208,
    hidden_size: 2304,
    intermediate_size: 9216,
    num_hidden_layers: 26,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    sliding_window: 4096,
    tie_word_embeddings: true,
  },
};

/** By the name in `architectures`. Source: the configuration classes of transformers 4.57. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  MixtralForCausalLM: { experts: LOCAL, modules: BLOCK_SPARSE_NAMES },
  Qwen3MoeForCausalLM: { experts: QWEN },
  Qwen2MoeForCausalLM: { experts: { ...QWEN, sharedSize: "shared_expert_intermediate_size" }, modules: ONE_SHARED_NAMES },
  GptOssForCausalLM: { experts: LOCAL, fullEvery: 2 },
  OlmoeForCausalLM: { experts: { ...LOCAL, count: "num_experts" } },
  PhiMoEForCausalLM: { experts: LOCAL, modules: BLOCK_SPARSE_NAMES },
  PhimoeForCausalLM: { experts: LOCAL, modules: BLOCK_SPARSE_NAMES },
  GraniteMoeForCausalLM: { experts: LOCAL },
  MiniMaxM2ForCausalLM: { experts: LOCAL, modules: BLOCK_SPARSE_NAMES },
  Glm4MoeForCausalLM: { experts: GLM },
  Glm4MoeLiteForCausalLM: { experts: GLM, latent: true, modules: LATENT_NAMES },
  DeepseekV2ForCausalLM: { experts: GLM, latent: true, modules: LATENT_NAMES },
  DeepseekV3ForCausalLM: { experts: GLM, latent: true, modules: LATENT_NAMES },
  KimiK25ForConditionalGeneration: { experts: GLM, latent: true, modules: LATENT_NAMES },
  Llama4ForConditionalGeneration: LLAMA4,
  Llama4ForCausalLM: LLAMA4,
  LlamaForCausalLM: {},
  MistralForCausalLM: {},
  Mistral3ForConditionalGeneration: {},
  Qwen2ForCausalLM: {},
  Qwen3ForCausalLM: {},
  Qwen3VLForConditionalGeneration: {},
  Qwen3VLMoeForConditionalGeneration: { experts: QWEN },
  Phi3ForCausalLM: {},
  Glm4ForCausalLM: {},
  Gemma3ForCausalLM: GEMMA3,
  Gemma3ForConditionalGeneration: GEMMA3,
};

const LINEAR = "linear attention, whose state does not grow with the context, cannot be said";
const SPARSE = "sparse attention, which picks the tokens that it sees, cannot be said";
const MAMBA = "state-space (Mamba) layers cannot be said";

/** Architectures that are known and cannot be said, and what is missing for each. */
export const MISSING: Readonly<Record<string, string>> = {
  DeepseekV32ForCausalLM: SPARSE,
  GlmMoeDsaForCausalLM: SPARSE,
  MiniCPM3ForCausalLM: "its widths of keys and values stand in its class, which is not read",
  LongcatFlashForCausalLM: "two attentions in a layer, and experts that do nothing, cannot be said",
  MiniMaxForCausalLM: LINEAR,
  MiniMaxText01ForCausalLM: LINEAR,
  MiniMaxM1ForCausalLM: LINEAR,
  Qwen3NextForCausalLM: LINEAR,
  Qwen3_5MoeForConditionalGeneration: LINEAR,
  Qwen3_5ForConditionalGeneration: LINEAR,
  KimiLinearForCausalLM: LINEAR,
  BailingMoeLinearV2ForCausalLM: LINEAR,
  GraniteMoeHybridForCausalLM: MAMBA,
  NemotronHForCausalLM: MAMBA,
  JambaForCausalLM: MAMBA,
  BambaForCausalLM: MAMBA,
  FalconH1ForCausalLM: MAMBA,
  MambaForCausalLM: MAMBA,
  Mamba2ForCausalLM: MAMBA,
  Gemma3nForConditionalGeneration: "layers with embeddings of their own and shared caches cannot be said",
  ArcticForCausalLM: "a dense feed-forward beside the experts of a layer cannot be said",
  DbrxForCausalLM: "its sizes stand under keys of their own, which are not read",
};
