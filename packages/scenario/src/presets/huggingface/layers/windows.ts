import { shorten } from "../../../problems/shorten.ts";
import type { Keys } from "../keys.ts";

/** Defaults for windows in the class that reads a config. */
export interface WindowDefaults {
  /** Period of layers without a window, if the config does not list them: the last of every period. */
  readonly fullEvery?: number;
  /** Under which key the window is. */
  readonly window?: string;
}

/** Kind of a layer's mixer, in the words of configs. */
export type LayerType = "full" | "window" | "linear" | "mamba";

const TYPES: Readonly<Record<string, LayerType>> = {
  full_attention: "full",
  attention: "full",
  global_attention: "full",
  sliding_attention: "window",
  chunked_attention: "window",
  local_attention: "window",
  linear_attention: "linear",
  mamba: "mamba",
  mamba2: "mamba",
};

/** The window in tokens; undefined where there is none, or it is not used. */
export function windowOf(keys: Keys, { window: key = "sliding_window" }: WindowDefaults): number | undefined {
  const tokens = keys.value(key);
  return typeof tokens === "number" && keys.config["use_sliding_window"] !== false ? keys.size(key) : undefined;
}

/** The type of each layer [layers]. */
export function layerTypes(keys: Keys, layers: number, defaults: WindowDefaults): readonly LayerType[] {
  const listed = keys.list("layer_types") ?? keys.list("layers_block_type");
  if (listed !== undefined) return listed.map((type) => typeOf(keys, type));
  const flags = keys.list("hybrid_layer_pattern") ?? keys.list("sliding_window_layout"); // 1: a window
  if (flags !== undefined) return flags.map((flag) => (flag === 1 ? "window" : "full"));
  const all = (type: (layer: number) => LayerType) => Array.from({ length: layers }, (_, layer) => type(layer));
  if (keys.has("linear_num_value_heads")) {
    const interval = keys.size("full_attention_interval", 4);
    return all((layer) => ((layer + 1) % interval === 0 ? "full" : "linear"));
  }
  if (windowOf(keys, defaults) === undefined) return all(() => "full");
  const pattern = keys.value("sliding_window_pattern");
  if (typeof pattern === "string") return all((layer) => lettered(keys, pattern, pattern[layer % pattern.length]));
  const fullEvery = typeof pattern === "number" ? pattern : keys.has(EVERY) ? keys.size(EVERY) : defaults.fullEvery;
  const first = fullEvery === undefined ? keys.whole("max_window_layers", 0) : 0; // windows from a layer on
  return all((layer) => (layer >= first && (fullEvery === undefined || (layer + 1) % fullEvery !== 0) ? "window" : "full"));
}

const EVERY = "global_attn_every_n_layers";

/** A layer by its letter, as of EXAONE: local or global. */
function lettered(keys: Keys, pattern: string, letter: string | undefined): LayerType {
  if (letter !== "L" && letter !== "G") keys.refuse(`sliding_window_pattern ${shorten(pattern)}`, "a number, or letters L and G");
  return letter === "L" ? "window" : "full";
}

function typeOf(keys: Keys, type: unknown): LayerType {
  const known = Object.hasOwn(TYPES, String(type)) ? TYPES[String(type)] : undefined;
  if (known !== undefined) return known;
  keys.refuse(`a layer of type ${shorten(type)}`, `a model of known parts: ${Object.keys(TYPES).join(", ")}`);
  return "full";
}
