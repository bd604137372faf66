import { shorten } from "../../../problems/shorten.ts";
import { isMap, Keys } from "../keys.ts";
import { matricesOf } from "./feed-forward.ts";
import { NO_MIXER, type PlannedDense, type PlannedLayer, type PlannedMixer } from "./planned-layer.ts";

const MULTIPLE = 256; // of which the width of a feed-forward is one

/** Blocks as a search of architectures left them: attention with groups of its own or none, and a feed-forward of its own width or none. */
export function searchedBlocks(keys: Keys, blocks: readonly unknown[]): readonly PlannedLayer[] {
  return blocks.map((block) => {
    const own = new Keys(isMap(block) ? block : {}, keys.problems);
    const [attention, ffn] = [own.under("attention"), own.under("ffn")];
    if (attention === undefined || ffn === undefined) {
      keys.refuse(`block_configs with ${shorten(block)}`, "an attention and an ffn in each of block_configs");
      return { mixer: NO_MIXER, feedForward: "none" };
    }
    return { mixer: mixerOf(keys, attention), feedForward: feedForwardOf(keys, ffn) };
  });
}

function mixerOf(keys: Keys, attention: Keys): PlannedMixer {
  if (attention.is("no_op")) return NO_MIXER;
  if (attention.is("replace_with_linear")) {
    keys.refuse("an attention with replace_with_linear", "attention, or no_op");
    return NO_MIXER;
  }
  const heads = keys.size("num_attention_heads");
  const group = attention.size("n_heads_in_group");
  return {
    kind: "grouped-query",
    heads,
    kvHeads: attention.size("num_key_value_heads", heads / group),
    headSize: keys.size("head_dim", keys.size("hidden_size") / heads),
    ...(attention.has("window_length") ? { window: attention.size("window_length") } : {}),
  };
}

function feedForwardOf(keys: Keys, ffn: Keys): "none" | PlannedDense {
  if (ffn.is("no_op")) return "none";
  if (ffn.is("replace_with_linear")) keys.refuse("an ffn with replace_with_linear", "a feed-forward, or no_op");
  const multiplier = ffn.value("ffn_mult");
  const width = typeof multiplier === "number" ? roundedUp((2 * multiplier * keys.size("hidden_size")) / 3) : ffn.size("intermediate_size");
  return { kind: "dense", hiddenSize: width, matrices: matricesOf(keys) };
}

/** Width rounded up as the class that reads the config does it. */
function roundedUp(width: number): number {
  return Math.ceil(Math.floor(width) / MULTIPLE) * MULTIPLE;
}
