import type { Problem } from "../../problems/problem.ts";
import { shorten } from "../../problems/shorten.ts";
import { refused } from "./refused.ts";

type Config = Readonly<Record<string, unknown>>;

/** Keys of parts that are known and cannot be expressed, with their meanings. */
const MISSING: Readonly<Record<string, string>> = {
  hidden_size_per_layer_input: "embeddings of its own in each layer",
  num_kv_shared_layers: "layers that share the cache of others",
  altup_num_inputs: "alternating updates of its residual",
  laurel_rank: "a residual of low rank beside each layer",
  num_zero_experts: "experts that do nothing",
  zero_expert_num: "experts that do nothing",
  attn_type_list: "lightning attention",
  attn_layer_period: "layers of the first Mamba",
  attn_layer_indices: "Mamba layers between attentions that are listed by number",
  parallel_attn_mamba: "attention and Mamba side by side",
  mamba_expand: "Mamba layers whose width follows from a factor",
  rwkv_hidden_size: "RWKV layers",
  cross_attention_layers: "layers that attend to another input",
  share_q_dim: "queries that are made of a narrower row",
  use_cla: "layers that share the cache of others",
  parallel_attn_mlp_res: "a dense feed-forward beside attention and experts",
  expert_layer_period: "experts in some layers of a period",
};

/** Names of parts that mix tokens: an unread key with such a name may be a part that would be left out silently. */
const SUSPECT =
  /mamba|ssm|rwkv|retention|lightning|linear_attn|delta_net|conv_kernel|sparse_att|indexer|index_|compress|moba|altup|laurel|zero_expert|engram|recurrent|hyena|kv_shar|shared_kv|cross_layer|attn_layer|expert_layer|every_n|layer_(?:period|offset|layout|pattern)|residual_moe|dense_layers|^swa_|attention_chunk/;

/** Keys with such names that are read, or that cost nothing. */
const HARMLESS: ReadonlySet<string> = new Set([
  "global_attn_every_n_layers",
  "hybrid_layer_pattern",
  "num_dense_layers",
  "residual_moe",
  "swa_head_dim",
  "swa_num_attention_heads",
  "swa_num_key_value_heads",
  "swa_rope_theta",
  "swa_v_head_dim",
  "compress_ratios",
  "compress_rope_theta",
  "conv_kernel",
  "decoder_sparse_step",
  "ignore_index",
  "index_head_dim",
  "index_n_heads",
  "index_share_for_mtp_iteration",
  "index_skip_topk_offset",
  "index_topk",
  "index_topk_freq",
  "index_topk_pattern",
  "indexer_rope_interleave",
  "indexer_types",
  "linear_attn_config",
  "linear_conv_kernel_dim",
  "mamba_chunk_size",
  "mamba_conv_bias",
  "mamba_d_conv",
  "mamba_d_head",
  "mamba_d_state",
  "mamba_head_dim",
  "mamba_hidden_act",
  "mamba_n_groups",
  "mamba_n_heads",
  "mamba_num_heads",
  "mamba_proj_bias",
  "mamba_ssm_cache_dtype",
  "mamba_ssm_dtype",
  "short_conv_kernel_size",
  "sparse_attention_config",
  "ssm_state_size",
  "use_conv_bias",
  "use_mamba_kernels",
]);

/** Parts of the model that are known by name and cannot be said, or that a key speaks of and nothing is known of: it is never read as less than it is. `window`: the key of its windows, where that is another. */
export function unknownParts(config: Config, window: string | undefined): Problem[] {
  return Object.entries(config).flatMap(([key, value]) => {
    if (isNothing(value) || HARMLESS.has(key) || key === window) return [];
    if (key === "attn_type_list" && Array.isArray(value) && value.every((type) => type === 1)) return []; // full attention in all layers
    const missing =
      Object.hasOwn(MISSING, key) && !(key === "mamba_expand" && config["mamba_n_heads"] !== undefined) ? MISSING[key] : undefined;
    if (missing !== undefined) return [refused(`${key} ${shorten(value)}`, `a model of known parts: ${missing} cannot be said`)];
    if (!SUSPECT.test(key) || key === "mamba_expand" || key.endsWith("_token_index") || key.endsWith("_token_id")) return [];
    return [
      refused(`${key} ${shorten(value)}`, "a model of known parts: what this key means is not known, and it may cost time or memory"),
    ];
  });
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
