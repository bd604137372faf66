import type { Problem } from "../../problems/problem.ts";
import { BLOCK_SPARSE_NAMES, LLAMA4_NAMES, type ModuleNames } from "./formats/part.ts";
import type { WindowDefaults } from "./layers/windows.ts";
import { refused } from "./refused.ts";

/** Facts about an architecture that are in the class that reads its configs, and not in their keys. */
export interface Architecture extends WindowDefaults {
  /** One shared expert in every layer with experts. */
  readonly alwaysShared?: true;
  /** Defaults that the class which reads the config fills in. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Names of the checkpoint's matrices, if they do not follow from its keys. */
  readonly modules?: ModuleNames;
}

const LLAMA4: Architecture = {
  alwaysShared: true,
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

const TIED: Architecture = { defaults: { tie_word_embeddings: true } };
const BLOCK_SPARSE: Architecture = { modules: BLOCK_SPARSE_NAMES };

/** Architectures whose keys were checked, by the name in `architectures`. Source: the configuration classes of transformers 4.57 and of the checkpoints. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  MixtralForCausalLM: BLOCK_SPARSE,
  Qwen3MoeForCausalLM: {},
  Qwen2MoeForCausalLM: {},
  GptOssForCausalLM: { fullEvery: 2 },
  OlmoeForCausalLM: {},
  PhiMoEForCausalLM: BLOCK_SPARSE,
  PhimoeForCausalLM: BLOCK_SPARSE,
  GraniteMoeForCausalLM: {},
  GraniteMoeHybridForCausalLM: {},
  MiniMaxM2ForCausalLM: BLOCK_SPARSE,
  MiniMaxM3ForCausalLM: {},
  Glm4MoeForCausalLM: {},
  Glm4MoeLiteForCausalLM: {},
  GlmMoeDsaForCausalLM: {},
  DeepseekV2ForCausalLM: {},
  DeepseekV3ForCausalLM: {},
  DeepseekV32ForCausalLM: {},
  DeepseekV4ForCausalLM: {},
  KimiK25ForConditionalGeneration: {},
  KimiK3ForConditionalGeneration: {},
  KimiLinearForCausalLM: {},
  Llama4ForConditionalGeneration: LLAMA4,
  Llama4ForCausalLM: LLAMA4,
  LlamaForCausalLM: {},
  DeciLMForCausalLM: {},
  NemotronHForCausalLM: {},
  MistralForCausalLM: {},
  Mistral3ForConditionalGeneration: {},
  Qwen2ForCausalLM: {},
  Qwen3ForCausalLM: {},
  Qwen3NextForCausalLM: { defaults: { attn_output_gate: true } },
  Qwen3_5ForConditionalGeneration: {},
  Qwen3_5ForCausalLM: {},
  Qwen3_5MoeForConditionalGeneration: {},
  Qwen3_5MoeForCausalLM: {},
  Qwen3VLForConditionalGeneration: {},
  Qwen3VLMoeForConditionalGeneration: {},
  Phi3ForCausalLM: {},
  Glm4ForCausalLM: {},
  CohereForCausalLM: TIED,
  Cohere2ForCausalLM: TIED,
  Gemma3ForCausalLM: GEMMA3,
  Gemma3ForConditionalGeneration: GEMMA3,
  Gemma4ForCausalLM: {},
  Gemma4ForConditionalGeneration: {},
};

const MAMBA = "layers of the first Mamba, or Mamba beside attention in one layer, cannot be said";

/** Architectures that are known and cannot be expressed, with the missing part of each. */
const MISSING: Readonly<Record<string, string>> = {
  MiniCPM3ForCausalLM: "its widths of keys and values are in its class, which is not read",
  LongcatFlashForCausalLM: "two attentions in a layer, and experts that do nothing, cannot be said",
  MiniMaxForCausalLM: "lightning attention cannot be said",
  MiniMaxText01ForCausalLM: "lightning attention cannot be said",
  MiniMaxM1ForCausalLM: "lightning attention cannot be said",
  BailingMoeLinearV2ForCausalLM: "lightning attention cannot be said",
  JambaForCausalLM: MAMBA,
  BambaForCausalLM: MAMBA,
  FalconH1ForCausalLM: MAMBA,
  MambaForCausalLM: MAMBA,
  Mamba2ForCausalLM: MAMBA,
  Gemma3nForConditionalGeneration: "layers with embeddings of their own and shared caches cannot be said",
  ArcticForCausalLM: "a dense feed-forward in the residual beside experts cannot be said",
  DbrxForCausalLM: "its sizes are under keys of their own, which are not read",
};

/** Knowledge of the architecture `name`: full, only through its keys, or that it cannot be expressed. */
export function architectureOf(
  name: unknown,
): { readonly architecture: Architecture; readonly guess?: string } | { readonly problem: Problem } {
  if (typeof name !== "string" || name === "")
    return { problem: refused("no architectures", "the name of the architecture under architectures") };
  if (Object.hasOwn(ARCHITECTURES, name)) return { architecture: ARCHITECTURES[name]! };
  if (Object.hasOwn(MISSING, name)) return { problem: refused(name, `another architecture: ${MISSING[name]!}`) };
  const guess = `architecture ${name} is not known: its layers follow from its keys; guessed that feed-forwards are gated, that nothing is shared that no key names, and where its modules are`;
  return { architecture: {}, guess };
}
