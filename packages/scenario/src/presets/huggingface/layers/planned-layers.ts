import { shorten } from "../../../problems/shorten.ts";
import type { Keys } from "../keys.ts";
import { blockSparse, compressed, groupedQuery, latent } from "./attention.ts";
import { denseWidth, hasExperts, matricesOf, routedLayers } from "./feed-forward.ts";
import { halfLayers } from "./half-layers.ts";
import { NO_MIXER, type PlannedDense, type PlannedLayer, type PlannedMixer } from "./planned-layer.ts";
import { gatedDelta, hasMamba, kda, mamba } from "./recurrent.ts";
import { searchedBlocks } from "./searched-blocks.ts";
import { type LayerType, layerTypes, type WindowDefaults, windowOf } from "./windows.ts";

/** [layers] definition of each layer in a config; kinds are found by keys alone. */
export function plannedLayers(keys: Keys, defaults: WindowDefaults): readonly PlannedLayer[] {
  const halves = halfLayers(keys);
  if (halves !== undefined) return halves;
  const blocks = keys.list("block_configs");
  if (blocks !== undefined) return searchedBlocks(keys, blocks);
  const layers = keys.size("num_hidden_layers");
  if (Number.isNaN(layers) || layers > 10_000) {
    if (layers > 10_000) keys.refuse(`num_hidden_layers ${shorten(layers)}`, "at most 10000");
    return [];
  }
  const mixers = mixersOf(keys, layers, defaults);
  const feedForwards = feedForwardsOf(keys, layers);
  return feedForwards.map((feedForward, layer) => ({ mixer: mixers[layer] ?? NO_MIXER, feedForward }));
}

function mixersOf(keys: Keys, layers: number, defaults: WindowDefaults): readonly PlannedMixer[] {
  const ratios = keys.list("compress_ratios");
  if (ratios !== undefined) return sized(keys, "compress_ratios", ratios, layers).map((ratio) => compressed(keys, Number(ratio)));
  const linear = keys.under("linear_attn_config");
  if (linear !== undefined) {
    const places = new Set(linear.list("kda_layers") ?? []);
    const [ofState, full] = [kda(keys, linear), attentionOf(keys)];
    return Array.from({ length: layers }, (_, layer) => (places.has(layer + 1) ? ofState : full)); // counted from 1
  }
  const sparse = keys.under("sparse_attention_config");
  if (sparse?.is("use_sparse_attention") === true) {
    const [chosen, full] = [blockSparse(keys, sparse), groupedQuery(keys, undefined)];
    const frequency = sparse.list("sparse_attention_freq") ?? Array.from({ length: layers }, () => 1);
    return sized(keys, "sparse_attention_freq", frequency, layers).map((each) => (each === 1 ? chosen : full));
  }
  if (keys.has("kv_lora_rank")) {
    const types = keys.list("indexer_types") ?? [];
    const [full, shared] = [latent(keys, false), keys.has("index_topk") ? latent(keys, true) : undefined];
    return Array.from({ length: layers }, (_, layer) => (types[layer] === "shared" && shared !== undefined ? shared : full));
  }
  return byType(keys, layers, defaults);
}

function byType(keys: Keys, layers: number, defaults: WindowDefaults): readonly PlannedMixer[] {
  const types = sized(keys, "layer_types", layerTypes(keys, layers, defaults), layers);
  const window = windowOf(keys, defaults);
  const made = new Map<LayerType, PlannedMixer>();
  return types.map((type) => {
    const mixer = made.get(type) ?? mixerOf(keys, type, window);
    made.set(type, mixer);
    return mixer;
  });
}

function mixerOf(keys: Keys, type: LayerType, window: number | undefined): PlannedMixer {
  switch (type) {
    case "full":
      return groupedQuery(keys, undefined);
    case "window":
      return groupedQuery(keys, window); // without a window in tokens it sees all
    case "linear":
      if (keys.has("linear_num_value_heads")) return gatedDelta(keys);
      keys.refuse(
        "linear attention without linear_num_value_heads",
        "a gated delta net (linear_num_value_heads) or KDA (linear_attn_config)",
      );
      return NO_MIXER;
    case "mamba":
      if (hasMamba(keys)) return mamba(keys);
      keys.refuse("Mamba layers without mamba_num_heads", "Mamba-2 layers: those of the first Mamba, which have no heads, are not known");
      return NO_MIXER;
  }
}

/** Attention that sees everything. */
function attentionOf(keys: Keys): PlannedMixer {
  return keys.has("kv_lora_rank") ? latent(keys, false) : groupedQuery(keys, undefined);
}

/** The first `layers` of a list; the rest belongs to draft modules. */
function sized<T>(keys: Keys, key: string, list: readonly T[], layers: number): readonly T[] {
  if (list.length < layers) keys.refuse(`${list.length} entries in ${key}`, `one for each of the ${layers} layers`);
  return list.slice(0, layers);
}

function feedForwardsOf(keys: Keys, layers: number): readonly PlannedLayer["feedForward"][] {
  const dense = (kind: PlannedDense["kind"]): PlannedDense => ({ kind, hiddenSize: denseWidth(keys), matrices: matricesOf(keys) });
  if (!hasExperts(keys)) return new Array(layers).fill(dense("dense"));
  if (keys.is("enable_moe_block") || keys.is("residual_moe")) return new Array(layers).fill(dense("dense-and-experts"));
  const routed = sized(keys, "the list of layers with experts", routedLayers(keys, layers), layers);
  const plain = routed.includes(false) ? dense("dense") : undefined;
  return routed.map((isRouted) => (isRouted ? "experts" : plain!));
}
