/** A part of a model whose matrices a checkpoint stores in a format of their own, as `precision` of a scenario has them. */
export const PARTS = [
  "attention",
  "attentionOutput",
  "indexer",
  "linear",
  "dense",
  "routed",
  "shared",
  "latentProjections",
  "head",
] as const;
export type Part = (typeof PARTS)[number];

/** Name of a part in lists of formats, finer than in a scenario. */
export type PartName =
  | "attention q"
  | "attention kv"
  | "attention output"
  | "indexer"
  | "linear in"
  | "linear out"
  | "dense"
  | "routed"
  | "shared"
  | "latent projections";

/** Matrices of one layer that are stored alike, as a rule. */
export interface PartModules {
  readonly part: Exclude<Part, "head">;
  readonly name: PartName;
  /** Modules under `layers.N.`; one routed expert represents all. */
  readonly modules: readonly string[];
  /** How many of them are listed as one. */
  readonly asOne?: true;
}

const GATED = ["gate_proj", "up_proj", "down_proj"] as const;
const PLAIN = ["up_proj", "down_proj"] as const;
const W123 = ["w1", "w2", "w3"] as const;

function under(module: string, names: readonly string[]): string[] {
  return names.map((name) => `${module}.${name}`);
}

/** Names of a family's modules. */
export interface ModuleNames {
  readonly attention: string;
  /** Name of mixers with a state. */
  readonly linear: string;
  readonly linearInputs: readonly string[];
  readonly dense: readonly string[];
  readonly routed: readonly string[];
  readonly shared: readonly string[];
  /** Latent projections, if named. */
  readonly latentProjections: readonly string[];
}

/** Names in most families, as in the classes of transformers. */
export const USUAL_NAMES: ModuleNames = {
  attention: "self_attn",
  linear: "linear_attn",
  linearInputs: ["in_proj_qkv", "in_proj_z"],
  dense: under("mlp", GATED),
  routed: under("mlp.experts.0", GATED),
  shared: under("mlp.shared_experts", GATED),
  latentProjections: [],
};

/** Names with `block_sparse_moe` in place of `mlp`. */
export const BLOCK_SPARSE_NAMES: ModuleNames = { ...USUAL_NAMES, routed: under("block_sparse_moe.experts.0", W123) };

/** Names with one shared expert, which is no list. */
export const ONE_SHARED_NAMES: ModuleNames = { ...USUAL_NAMES, shared: under("mlp.shared_expert", GATED) };

/** Experts beside a dense feed-forward, which has their usual place. */
export const BESIDE_NAMES: ModuleNames = { ...USUAL_NAMES, routed: under("experts.0", GATED) };

/** Layers of one half each, whatever it is. */
export const HALF_NAMES: ModuleNames = {
  attention: "mixer",
  linear: "mixer",
  linearInputs: ["in_proj"],
  dense: under("mixer", PLAIN),
  routed: under("mixer.experts.0", PLAIN),
  shared: under("mixer.shared_experts", PLAIN),
  latentProjections: ["mixer.fc1_latent_proj", "mixer.fc2_latent_proj"],
};

/** Attention with a compressed history. */
export const COMPRESSED_NAMES: ModuleNames = {
  ...USUAL_NAMES,
  attention: "attn",
  dense: under("ffn", W123),
  routed: under("ffn.experts.0", W123),
  shared: under("ffn.shared_experts", W123),
};

/** Mixers of either kind under one name. */
export const ONE_MIXER_NAMES: ModuleNames = { ...USUAL_NAMES, linear: "self_attn", linearInputs: ["q_proj", "k_proj", "v_proj"] };

export const LLAMA4_NAMES: ModuleNames = {
  ...USUAL_NAMES,
  dense: under("feed_forward", GATED),
  routed: under("feed_forward.experts", ["gate_up_proj", "down_proj"]),
  shared: under("feed_forward.shared_expert", GATED),
};

/** Prefixes of a model's own modules in a checkpoint, which engines strip. */
const PREFIXES = ["model.", "language_model.model.", "model.language_model.", "language_model.", "backbone.", ""];

/** Every name that a checkpoint may give to `module` of `layer`; of the head where no layer is given. */
export function checkpointNames(module: string, layer?: number): string[] {
  return PREFIXES.map((prefix) => (layer === undefined ? `${prefix}${module}` : `${prefix}layers.${layer}.${module}`));
}
