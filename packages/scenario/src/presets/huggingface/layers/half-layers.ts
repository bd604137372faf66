import { shorten } from "../../../problems/shorten.ts";
import type { Keys } from "../keys.ts";
import { groupedQuery } from "./attention.ts";
import { denseWidth, matricesOf } from "./feed-forward.ts";
import { NO_MIXER, type PlannedLayer } from "./planned-layer.ts";
import { mamba } from "./recurrent.ts";

/** Letters of `hybrid_override_pattern` by the words of `layers_block_type`. */
const LETTERS: Readonly<Record<string, string>> = { M: "mamba", "*": "attention", E: "moe", "-": "mlp" };

/** Words that `layers_block_type` has where each layer is one half: a mixer or a feed-forward. */
const HALVES: ReadonlySet<unknown> = new Set(["moe", "mlp"]);

/** The words of layers that are a mixer or a feed-forward each; undefined where the config has whole layers. */
export function halfWords(keys: Keys): readonly unknown[] | undefined {
  const pattern = keys.value("hybrid_override_pattern");
  if (typeof pattern === "string") return [...pattern].map((letter) => (Object.hasOwn(LETTERS, letter) ? LETTERS[letter]! : letter));
  const words = keys.list("layers_block_type");
  return words?.some((word) => HALVES.has(word)) === true ? words : undefined;
}

/** Layers that are a mixer or a feed-forward each; undefined where the config has whole layers. */
export function halfLayers(keys: Keys): readonly PlannedLayer[] | undefined {
  const words = halfWords(keys);
  if (words === undefined) return undefined;
  const made = new Map<unknown, PlannedLayer>();
  return words.map((word) => {
    const layer = made.get(word) ?? halfLayer(keys, word);
    made.set(word, layer);
    return layer;
  });
}

function halfLayer(keys: Keys, word: unknown): PlannedLayer {
  switch (word) {
    case "mamba":
      return { mixer: mamba(keys), feedForward: "none" };
    case "attention":
      return { mixer: groupedQuery(keys, undefined), feedForward: "none" };
    case "moe":
      return { mixer: NO_MIXER, feedForward: "experts" };
    case "mlp":
      return { mixer: NO_MIXER, feedForward: { kind: "dense", hiddenSize: denseWidth(keys), matrices: matricesOf(keys) } };
    default:
      keys.refuse(`a layer of type ${shorten(word)}`, "layers of known parts: mamba (M), attention (*), moe (E), mlp (-)");
      return { mixer: NO_MIXER, feedForward: "none" };
  }
}
