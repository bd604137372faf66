import { shorten } from "../../../problems/shorten.ts";
import type { Keys } from "../keys.ts";

const COUNTS = ["num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts"];
const CHOSEN = ["num_experts_per_tok", "num_experts_per_token", "top_k_experts", "experts_per_token", "moe_top_k", "moe_topk", "moe_k"];
const WIDTHS = ["moe_intermediate_size", "expert_ffn_hidden_size", "intermediate_size"];
const DENSE_WIDTHS = ["dense_intermediate_size", "intermediate_size_mlp", "intermediate_size"];
const INPUTS = ["routed_expert_hidden_size", "moe_latent_size"];

/** Experts of every layer that has some, as a scenario has them. */
export interface PlannedExperts {
  readonly shared?: number;
  readonly [size: string]: unknown;
}

/** Matrices of a feed-forward: three where its activation is gated. */
export function matricesOf(keys: Keys): 2 | 3 {
  return keys.value("mlp_hidden_act") === "relu2" || keys.value("hidden_act") === "relu2" ? 2 : 3;
}

/** Whether the config speaks of experts; one that chooses some of them has to say of how many. */
export function hasExperts(keys: Keys): boolean {
  const key = keys.first(...COUNTS);
  const speaks = keys.first(...CHOSEN, "moe_intermediate_size");
  if (key === undefined && speaks !== undefined && keys.config["enable_moe_block"] !== false)
    keys.refuse(`no ${COUNTS[0]} beside ${speaks}`, `how many experts there are, under ${COUNTS.join(", ")}`);
  return key !== undefined && keys.config[key] !== 0 && keys.config["enable_moe_block"] !== false;
}

/** The experts of the model; `alwaysShared`: one is shared that no key states. */
export function expertsOf(keys: Keys, alwaysShared: boolean): PlannedExperts {
  const hiddenSize = keys.sizeOf(WIDTHS);
  const inputKey = keys.first(...INPUTS);
  const inputSize = inputKey === undefined ? undefined : keys.size(inputKey);
  return {
    count: keys.sizeOf(COUNTS),
    topK: keys.sizeOf(CHOSEN),
    hiddenSize,
    matrices: matricesOf(keys),
    ...sharedOf(keys, hiddenSize, alwaysShared),
    ...(inputSize === undefined ? {} : { inputSize }),
    ...(keys.whole("num_hash_layers", 0) === 0 ? {} : { hashLayers: keys.size("num_hash_layers") }),
  };
}

/** Number of shared experts, and their total width if it is stated separately. */
function sharedOf(keys: Keys, hiddenSize: number, alwaysShared: boolean): { readonly shared?: number } {
  if (alwaysShared) return { shared: 1 };
  const count = keys.whole(
    keys.first("n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts") ?? "n_shared_experts",
    0,
  );
  const isGated = keys.has("shared_expert_intermediate_size");
  const widthKey = keys.first(
    "moe_shared_expert_intermediate_size",
    "shared_expert_intermediate_size",
    "shared_intermediate_size",
    "share_expert_dim",
  );
  const each = widthKey === undefined ? hiddenSize : keys.whole(widthKey, 0);
  if (each === 0) return {};
  const together = widthKey === undefined ? count * hiddenSize : Math.max(1, count) * each;
  if (together === 0) return {};
  const gate = isGated ? { sharedGate: true } : {};
  const shared = together / hiddenSize;
  if (Number.isInteger(shared) || Number.isNaN(shared)) return { shared, ...gate };
  return { shared: Math.max(1, count), ...{ sharedHiddenSize: together }, ...gate };
}

/** The width of dense layers. */
export function denseWidth(keys: Keys): number {
  return keys.sizeOf(DENSE_WIDTHS);
}

/** Whether each of `layers` has experts [layers], of a model that has some. */
export function routedLayers(keys: Keys, layers: number): readonly boolean[] {
  const types = keys.list("mlp_layer_types");
  if (types !== undefined) return types.map((type) => type === "sparse" || known(keys, type === "dense", "mlp_layer_types", type));
  const frequency = keys.list("moe_layer_freq");
  if (frequency !== undefined) return frequency.map((each) => each === 1);
  const enumerated = keys.value("moe_layers_enum");
  if (typeof enumerated === "string") {
    const listed = new Set(enumerated.split(",").map(Number));
    return Array.from({ length: layers }, (_, layer) => listed.has(layer));
  }
  const dense = new Set(keys.list("mlp_only_layers") ?? []);
  const step = keys.whole(keys.first("decoder_sparse_step", "interleave_moe_layer_step") ?? "decoder_sparse_step", 1);
  const first = keys.whole(keys.first("first_k_dense_replace", "moe_layer_start_index", "num_dense_layers") ?? "first_k_dense_replace", 0);
  const last = keys.whole("moe_layer_end_index", layers - 1);
  const every = keys.whole("moe_layer_freq", 1);
  const interval = keys.whole("moe_layer_interval", 1); // counted from 1, as a step is
  const isListed = (layer: number) => layer >= first && layer <= last && !dense.has(layer);
  return Array.from(
    { length: layers },
    (_, layer) => isListed(layer) && (step === 0 || (layer + 1) % step === 0) && layer % every === 0 && (layer + 1) % interval === 0,
  );
}

function known(keys: Keys, isKnown: boolean, key: string, type: unknown): false {
  if (!isKnown) keys.refuse(`${key} ${shorten(type)}`, `${key} dense or sparse`);
  return false;
}
