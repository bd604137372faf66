import type { Keys } from "../keys.ts";
import { halfWords } from "../layers/half-layers.ts";
import {
  BESIDE_NAMES,
  BLOCK_SPARSE_NAMES,
  COMPRESSED_NAMES,
  HALF_NAMES,
  type ModuleNames,
  ONE_MIXER_NAMES,
  ONE_SHARED_NAMES,
  USUAL_NAMES,
} from "./part.ts";

/** Names of modules by the keys of a checkpoint, if the architecture does not define them. */
export function namesOf(keys: Keys): ModuleNames {
  if (halfWords(keys) !== undefined) return HALF_NAMES;
  if (keys.has("compress_ratios")) return COMPRESSED_NAMES;
  if (keys.has("linear_attn_config")) return ONE_MIXER_NAMES;
  if (keys.is("enable_moe_block")) return BESIDE_NAMES;
  if (keys.has("shared_expert_intermediate_size")) return ONE_SHARED_NAMES;
  return keys.has("sparse_attention_config") ? BLOCK_SPARSE_NAMES : USUAL_NAMES;
}
