import type { Problem } from "../../problems/problem.ts";
import { shorten } from "../../problems/shorten.ts";
import type { ImpliedValue } from "../../reading/written.ts";
import { either } from "../../schema/language/wanted.ts";
import type { Precision } from "../../schema/precision.ts";
import { ARCHITECTURES, type Architecture, type ExpertKeys } from "./architectures.ts";
import { USUAL_NAMES } from "./formats/part.ts";
import { type DensePlaces, type FeedForward, partLayers } from "./formats/part-layers.ts";
import { formatsOfParts } from "./formats/precision.ts";
import { type QuantisedModules, quantisationOf } from "./formats/quantisation.ts";
import { jsonOf } from "./json.ts";
import { leftOut } from "./left-out.ts";
import { refused, unknownArchitecture } from "./refused.ts";

/** A model section, as it would be written in a scenario file, with what the config does not say itself, or what keeps it from being one. */
export type ConfigReading =
  | { readonly model: object; readonly implied: readonly ImpliedValue[] }
  | { readonly problems: readonly Problem[] };

type Config = Readonly<Record<string, unknown>>;

const PRECISIONS: Readonly<Record<string, Precision>> = { float32: "fp32", float16: "fp16", bfloat16: "bf16" };

/**
 * Reads the text of a Hugging Face `config.json` as a model section; of one that sees or hears, its text model (`text_config`). `beside` is the text of the
 * `hf_quant_config.json` in its folder, where there is one: NVIDIA's checkpoints keep their formats in it. Norms, biases and rotary embedding leave no trace
 * in the section. Chunks of attention are taken for windows of their length, which see at least as much. Problems have the path `model.huggingface`.
 */
export function readConfig(text: string, beside?: string): ConfigReading {
  const config = jsonOf(text);
  if (config === undefined) return { problems: [refused("text that is no JSON", "the JSON of a Hugging Face config.json")] };
  if (!isMap(config)) return { problems: [refused(shorten(config), "the JSON of a Hugging Face config.json")] };
  const formats = beside === undefined || beside === "" ? undefined : jsonOf(beside);
  if (beside && formats === undefined) {
    return { problems: [refused("hf_quant_config.json beside it, which is no JSON", "the JSON of ModelOpt, or no such file")] };
  }
  const quantization = isMap(formats) && isMap(formats["quantization"]) ? formats["quantization"] : undefined;
  return new ConfigReader(config, quantization).read();
}

function isMap(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads one config and gathers what is wrong with it. */
class ConfigReader {
  #config: Config;
  /** `quantization` of the `hf_quant_config.json` beside it. */
  readonly #beside: Config | undefined;
  readonly #problems: Problem[] = [];
  readonly #implied: ImpliedValue[] = [];

  constructor(config: Config, beside: Config | undefined) {
    this.#config = config;
    this.#beside = beside;
  }

  read(): ConfigReading {
    const { architectures, text_config: text } = this.#config;
    const name: unknown = Array.isArray(architectures) ? architectures[0] : architectures;
    const architecture = typeof name === "string" && Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined;
    if (architecture === undefined) return { problems: [unknownArchitecture(name)] };
    const whole = { ...this.#config };
    this.#config = { ...architecture.defaults, ...whole, ...(typeof text === "object" && text !== null ? text : {}) };
    const model = this.#model(architecture);
    const left = leftOut(this.#config);
    if (left !== undefined) this.#implied.push({ path: ["huggingface"], value: undefined, always: true, because: left });
    return this.#problems.length > 0 ? { problems: this.#problems } : { model, implied: this.#implied };
  }

  #model(architecture: Architecture): object {
    const hiddenSize = this.#size("hidden_size");
    const heads = this.#size("num_attention_heads");
    const layers = this.#size("num_hidden_layers");
    const feedForward = this.#feedForward(architecture, layers);
    return {
      layers,
      hiddenSize,
      attention: architecture.latent === true ? this.#latent(heads) : this.#groupedQuery(architecture, heads, hiddenSize / heads),
      ...feedForward,
      vocabulary: this.#size("vocab_size"),
      ...(this.#config["tie_word_embeddings"] === true ? { tiedEmbedding: true } : {}),
      precision: this.#precision(architecture, layers, feedForward),
    };
  }

  #groupedQuery(architecture: Architecture, heads: number, headSize: number): object {
    return {
      heads,
      kvHeads: this.#size("num_key_value_heads", heads),
      headSize: this.#size("head_dim", headSize),
      ...this.#window(architecture),
    };
  }

  #latent(heads: number): object {
    return {
      kind: "latent",
      heads,
      ...((this.#config["q_lora_rank"] ?? undefined) === undefined ? {} : { qLoraRank: this.#size("q_lora_rank") }),
      kvLoraRank: this.#size("kv_lora_rank"),
      qkNopeHeadDim: this.#size("qk_nope_head_dim"),
      qkRopeHeadDim: this.#size("qk_rope_head_dim"),
      vHeadDim: this.#size("v_head_dim"),
    };
  }

  #feedForward({ experts: keys }: Architecture, layers: number): FeedForward {
    if (keys === undefined) return { dense: { hiddenSize: this.#size("intermediate_size"), matrices: 3 } };
    const hiddenSize = this.#size(keys.hiddenSize);
    const shared = this.#shared(keys, hiddenSize);
    const experts = {
      count: this.#size(keys.count),
      topK: this.#size(keys.topK),
      hiddenSize,
      matrices: 3,
      ...(shared === 0 ? {} : { shared }),
    };
    const places = this.#denseLayers(keys, layers);
    if (places === undefined) return { experts };
    return { experts, dense: { ...places, hiddenSize: this.#size(keys.denseSize!), matrices: 3 } };
  }

  #shared({ shared, sharedSize, alwaysShared }: ExpertKeys, hiddenSize: number): number {
    if (alwaysShared === true) return 1;
    if (shared !== undefined) return this.#whole(shared, 0);
    if (sharedSize === undefined) return 0;
    const together = this.#whole(sharedSize, 0) / hiddenSize;
    if (Number.isInteger(together) || Number.isNaN(together)) return together;
    this.#problems.push(
      refused(
        `${sharedSize} ${shorten(this.#config[sharedSize])}`,
        `a multiple of the hidden size of an expert (${hiddenSize}) under ${sharedSize}`,
      ),
    );
    return 0;
  }

  /** Which layers are dense, of a model with experts; undefined where none is. */
  #denseLayers({ leading, every }: ExpertKeys, layers: number): DensePlaces | undefined {
    const listed = this.#config["mlp_only_layers"];
    const step = every === undefined ? 1 : this.#whole(every, 1);
    const first = leading === undefined ? 0 : this.#whole(leading, 0);
    if (Array.isArray(listed) && listed.length > 0) {
      const isLeading = step === 1 && listed.every((layer, i) => layer === i);
      if (isLeading) return { layers: listed.length };
      this.#problems.push(refused(`mlp_only_layers ${shorten(JSON.stringify(listed))}`, "mlp_only_layers that lead: 0, 1, and so on"));
    }
    if (step > 1 && step > layers) return { layers };
    return step > 1 ? { every: step } : first > 0 ? { layers: first } : undefined;
  }

  /** As `size` gives it, or 0. */
  #whole(key: string, otherwise: number): number {
    const given = this.#config[key] ?? otherwise;
    return given === 0 ? 0 : this.#size(key, otherwise);
  }

  /** The whole number under `key`; `otherwise` where the config leaves it out or null. NaN after a problem. */
  #size(key: string, otherwise?: number): number {
    const given = this.#config[key] ?? undefined;
    const value = given ?? otherwise;
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    const isToldAlready = given === undefined && Number.isNaN(otherwise);
    if (!isToldAlready) {
      this.#problems.push(refused(given === undefined ? `no ${key}` : `${key} ${shorten(given)}`, `a whole number from 1 up under ${key}`));
    }
    return Number.NaN;
  }

  /** The sliding window, if there is one. `fullEvery` holds where no list of layers says otherwise. */
  #window({ fullEvery: usual, window: key = "sliding_window" }: Architecture): object {
    const { use_sliding_window: isUsed, layer_types: types, max_window_layers: first = 0, sliding_window_pattern: pattern } = this.#config;
    const tokens = this.#config[key];
    const fullEvery = typeof pattern === "number" ? pattern : usual;
    if (typeof tokens !== "number" || isUsed === false) return {};
    if (Array.isArray(types)) {
      const fulls = types.flatMap((type, layer) => (type === "full_attention" ? [layer] : []));
      if (fulls.length === types.length) return {};
      const every = fulls[0] === undefined ? undefined : fulls[0] + 1;
      const isRegular = types.every((_, layer) => fulls.includes(layer) === (every !== undefined && (layer + 1) % every === 0));
      if (isRegular && every !== 1) return { window: { tokens, ...(every === undefined ? {} : { fullEvery: every }) } };
      this.#problems.push(
        refused("layer_types in no regular turn", "layer_types with full_attention last of every so many, or none, or all"),
      );
      return {};
    }
    this.#refuse("max_window_layers", () => first !== 0 && fullEvery === undefined, "0: windows from a layer on cannot be said");
    return { window: { tokens, ...(fullEvery === undefined ? {} : { fullEvery }) } };
  }

  /** What the config, or the file beside it, says of number formats; what follows from it, and what it leaves out, is reported as implied. */
  #precision(architecture: Architecture, layers: number, feedForward: FeedForward): object {
    const type = this.#config["torch_dtype"] ?? this.#config["dtype"];
    const word = PRECISIONS[Object.hasOwn(PRECISIONS, String(type ?? "bfloat16")) ? String(type ?? "bfloat16") : ""];
    if (word === undefined) {
      this.#problems.push(refused(`torch_dtype ${shorten(type)}`, `torch_dtype ${either(Object.keys(PRECISIONS))}`));
      return {};
    }
    const precision = { weights: word, activations: word };
    if (type === undefined || type === null) for (const place of Object.keys(precision)) this.#imply(place, word, "no torch_dtype");
    const quantised = this.#quantised();
    if (quantised === undefined) return precision;
    if (!("stored" in quantised)) {
      this.#problems.push(refused(quantised.given, quantised.wanted));
      return precision;
    }
    if (this.#problems.length > 0) return precision; // of sizes: there are no layers to look at
    const parts = partLayers(layers, feedForward);
    const formats = formatsOfParts(quantised, architecture.modules ?? USUAL_NAMES, parts, word);
    for (const { path, value, because } of formats.implied) this.#imply(path[1]!, value, because);
    const { kvCache } = quantised;
    this.#imply("kvCache", kvCache?.format, kvCache?.because ?? "no format of a cache");
    this.#imply("collectives", undefined, "engines reduce and exchange what is not quantised");
    return { ...precision, ...formats.precision, ...(kvCache === undefined ? {} : { kvCache: kvCache.format }) };
  }

  /** In order: a quantisation that names its method, what the file beside says, ModelOpt's short form; undefined: everything has 16 or 32 bits. */
  #quantised(): QuantisedModules | { readonly given: string; readonly wanted: string } | undefined {
    const own = this.#config["quantization_config"];
    const config = isMap(own) ? own : {};
    const method = config["quant_method"] ?? "none";
    if (this.#beside !== undefined && (method === "none" || method === "modelopt"))
      return quantisationOf({ ...this.#beside, quant_method: "modelopt" });
    return method === "none" && config["quant_algo"] === undefined ? undefined : quantisationOf(config);
  }

  #imply(place: string, value: unknown, because: string): void {
    const others = this.#implied.filter(({ path }) => path[1] !== place);
    this.#implied.splice(0, this.#implied.length, ...others, { path: ["precision", place], value, because });
  }

  #refuse(key: string, isRefused: (value: unknown) => boolean, wanted: string): void {
    const value = this.#config[key];
    if (isRefused(value)) this.#problems.push(refused(`${key} ${shorten(value)}`, `${key} ${wanted}`));
  }
}
