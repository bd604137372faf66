/** A part of a model whose matrices a checkpoint stores in a format of their own. */
export const PARTS = ["attention", "attentionOutput", "dense", "routed", "shared", "head"] as const;
export type Part = (typeof PARTS)[number];

/** Where a family keeps its modules, under `layers.N.`; of routed experts those of one stand for all. */
export interface ModuleNames {
  readonly attention: readonly string[];
  readonly attentionOutput: readonly string[];
  readonly dense: readonly string[];
  readonly routed: readonly string[];
  readonly shared: readonly string[];
}

const GATED = ["gate_proj", "up_proj", "down_proj"] as const;
const W123 = ["w1", "w2", "w3"] as const;

function under(module: string, names: readonly string[]): string[] {
  return names.map((name) => `${module}.${name}`);
}

/** What most families do, as the classes of transformers have it. */
export const USUAL_NAMES: ModuleNames = {
  attention: under("self_attn", ["q_proj", "k_proj", "v_proj"]),
  attentionOutput: ["self_attn.o_proj"],
  dense: under("mlp", GATED),
  routed: under("mlp.experts.0", GATED),
  shared: under("mlp.shared_experts", GATED),
};

export const LATENT_NAMES: ModuleNames = {
  ...USUAL_NAMES,
  attention: under("self_attn", ["q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj"]),
};

export const ONE_SHARED_NAMES: ModuleNames = { ...USUAL_NAMES, shared: under("mlp.shared_expert", GATED) };
export const BLOCK_SPARSE_NAMES: ModuleNames = { ...USUAL_NAMES, routed: under("block_sparse_moe.experts.0", W123) };
export const LLAMA4_NAMES: ModuleNames = {
  ...USUAL_NAMES,
  dense: under("feed_forward", GATED),
  routed: under("feed_forward.experts", ["gate_up_proj", "down_proj"]),
  shared: under("feed_forward.shared_expert", GATED),
};

/** Under which a model's own modules may stand in a checkpoint, as engines strip them. */
const PREFIXES = ["model.", "language_model.model.", "model.language_model.", "language_model.", "backbone.", ""];

/** Every name that a checkpoint may give to `module` of `layer`; of the head where no layer is given. */
export function checkpointNames(module: string, layer?: number): string[] {
  return PREFIXES.map((prefix) => (layer === undefined ? `${prefix}${module}` : `${prefix}layers.${layer}.${module}`));
}
