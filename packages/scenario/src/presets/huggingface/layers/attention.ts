import { Keys } from "../keys.ts";
import type { PlannedMixer } from "./planned-layer.ts";

const KV_HEADS = ["num_key_value_heads", "num_attention_groups", "num_kv_heads"];

/** Grouped-query attention; `window`: tokens that it sees. */
export function groupedQuery(keys: Keys, window: number | undefined): PlannedMixer {
  const isGlobal = window === undefined;
  const other = isGlobal ? undefined : keys.under("attention_other_setting");
  const from = other ?? (isGlobal || !keys.has("swa_num_attention_heads") ? keys : windowSizes(keys));
  const heads = from.size("num_attention_heads");
  const hiddenSize = keys.size("hidden_size");
  const ownHead = isGlobal && keys.has("global_head_dim") ? "global_head_dim" : "head_dim";
  const ownKv = isGlobal && keys.has("num_global_key_value_heads") ? "num_global_key_value_heads" : from.first(...KV_HEADS);
  const headSize = from.size(ownHead, hiddenSize / heads);
  const valueSize = from.has("v_head_dim") ? from.size("v_head_dim") : headSize;
  return {
    kind: "grouped-query",
    heads,
    kvHeads: from.size(ownKv ?? KV_HEADS[0]!, heads),
    headSize,
    ...(valueSize === headSize ? {} : { valueSize }),
    ...(window === undefined ? {} : { window }),
    ...(isGlobal && keys.is("attention_k_eq_v") ? { sharedKeyValue: true } : {}),
    ...(keys.is("attn_output_gate") || keys.is("attention_output_gate") ? { outputGate: true } : {}),
  };
}

/** Sizes of layers with a window where keys that begin with `swa_` state them. */
function windowSizes(keys: Keys): Keys {
  const own = ["num_attention_heads", ...KV_HEADS, "head_dim", "v_head_dim"].flatMap((key) => {
    const value = keys.value(`swa_${key}`);
    return value === undefined ? [] : [[key, value] as const];
  });
  return new Keys({ ...keys.config, ...Object.fromEntries(own) }, keys.problems);
}

/** Latent attention; `isShared`: it uses the choice of an earlier layer's indexer. */
export function latent(keys: Keys, isShared: boolean): PlannedMixer {
  return {
    kind: "latent",
    heads: keys.size("num_attention_heads"),
    ...(keys.has("q_lora_rank") ? { qLoraRank: keys.size("q_lora_rank") } : {}),
    kvLoraRank: keys.size("kv_lora_rank"),
    qkNopeHeadDim: keys.size("qk_nope_head_dim"),
    qkRopeHeadDim: keys.size("qk_rope_head_dim"),
    vHeadDim: keys.size("v_head_dim"),
    ...(keys.is("mla_use_output_gate") ? { outputGate: true } : {}),
    ...(keys.has("index_topk") ? { indexer: indexer(keys, isShared) } : {}),
  };
}

function indexer(keys: Keys, isShared: boolean): object {
  return {
    heads: keys.size("index_n_heads"),
    headSize: keys.size("index_head_dim"),
    topK: keys.size("index_topk"),
    ...(isShared ? { shared: true } : {}),
  };
}

/** Attention to a window and a compressed history; a `ratio` of 0: to the window alone. Few tokens an entry have an indexer that chooses. */
export function compressed(keys: Keys, ratio: number): PlannedMixer {
  const headSize = keys.size("head_dim");
  return {
    kind: "compressed",
    heads: keys.size("num_attention_heads"),
    headSize,
    qLoraRank: keys.size("q_lora_rank"),
    outputLoraRank: keys.size("o_lora_rank"),
    outputGroups: keys.size("o_groups"),
    window: keys.size("sliding_window"),
    entryBytes: headSize,
    ...(ratio === 0 ? {} : { ratio }),
    ...(ratio === CHOOSING ? { indexer: indexer(keys, false) } : {}),
  };
}

/** Tokens an entry where an indexer chooses among them, as the class that reads the config has it. */
const CHOOSING = 4;

/** Attention to chosen blocks of tokens. */
export function blockSparse(keys: Keys, sparse: Keys): PlannedMixer {
  const { heads, kvHeads, headSize } = groupedQuery(keys, undefined);
  return {
    kind: "block-sparse",
    heads,
    kvHeads,
    headSize,
    indexHeads: sparse.size("sparse_num_index_heads"),
    indexSize: sparse.size("sparse_index_dim"),
    blockTokens: sparse.size("sparse_block_size"),
    topK: sparse.size("sparse_topk_blocks"),
  };
}
