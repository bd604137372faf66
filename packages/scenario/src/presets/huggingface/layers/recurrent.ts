import { either } from "../../../schema/language/wanted.ts";
import type { Keys } from "../keys.ts";
import type { PlannedMixer } from "./planned-layer.ts";

const STATES: Readonly<Record<string, string>> = { float32: "fp32", float16: "fp16", bfloat16: "bf16" };

/** The number format of states, where the config says it. */
function stateOf(keys: Keys): object {
  const key = keys.first("mamba_ssm_cache_dtype", "mamba_ssm_dtype");
  if (key === undefined) return {};
  const state = STATES[String(keys.value(key))];
  if (state === undefined) keys.refuse(`${key} ${String(keys.value(key))}`, `${key} ${either(Object.keys(STATES))}`);
  return { state };
}

/** Mixer of a gated delta net. */
export function gatedDelta(keys: Keys): PlannedMixer {
  return {
    kind: "gated-delta",
    keyHeads: keys.size("linear_num_key_heads"),
    valueHeads: keys.size("linear_num_value_heads"),
    keySize: keys.size("linear_key_head_dim"),
    valueSize: keys.size("linear_value_head_dim"),
    taps: keys.size("linear_conv_kernel_dim", 4),
    ...stateOf(keys),
  };
}

/** Kimi delta attention; its kernels keep states in 32 bits. */
export function kda(keys: Keys, linear: Keys): PlannedMixer {
  const headSize = linear.size("head_dim");
  return {
    kind: "kda",
    heads: linear.size("num_heads"),
    headSize,
    ...(linear.is("use_full_rank_gate") ? {} : { gateRank: headSize }),
    taps: linear.size("short_conv_kernel_size", 4),
    state: "fp32",
    ...stateOf(keys),
  };
}

/** A Mamba-2 layer. */
export function mamba(keys: Keys): PlannedMixer {
  return {
    kind: "mamba-2",
    heads: keys.sizeOf(["mamba_num_heads", "mamba_n_heads"]),
    headSize: keys.sizeOf(["mamba_head_dim", "mamba_d_head"]),
    groups: keys.sizeOf(["n_groups", "mamba_n_groups"], 1),
    stateSize: keys.sizeOf(["ssm_state_size", "mamba_d_state"]),
    chunkTokens: keys.sizeOf(["chunk_size", "mamba_chunk_size"], 256),
    taps: keys.sizeOf(["conv_kernel", "mamba_d_conv"], 4),
    ...stateOf(keys),
  };
}

/** Whether the config has the sizes of a Mamba-2 layer: those of the first Mamba have no heads. */
export function hasMamba(keys: Keys): boolean {
  return keys.first("mamba_num_heads", "mamba_n_heads") !== undefined;
}
