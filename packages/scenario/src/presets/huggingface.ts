import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";
import type { Precision } from "../schema/precision.ts";
import { either } from "../schema/wanted.ts";
import { shorten } from "../shorten.ts";
import type { ImpliedValue } from "../written.ts";
import { quantisationOf } from "./quantisation.ts";

/** A model section, as it would be written in a scenario file, with what the config does not say itself, or what keeps it from being one. */
export type ConfigReading =
  | { readonly model: object; readonly implied: readonly ImpliedValue[] }
  | { readonly problems: readonly Problem[] };

type Config = Readonly<Record<string, unknown>>;

/** How an architecture names the sizes of its feed-forward. All of them gate it, so that an expert has three matrices. */
interface Architecture {
  readonly experts?: { readonly count: string; readonly topK: string; readonly hiddenSize: string };
  /** Layers without experts may be among the others; where they are not the leading ones they cannot be said. */
  readonly sparse?: true;
  /** Of every so many layers the last has no window, where the config does not list them. */
  readonly fullEvery?: number;
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  MixtralForCausalLM: { experts: { count: "num_local_experts", topK: "num_experts_per_tok", hiddenSize: "intermediate_size" } },
  Qwen3MoeForCausalLM: {
    experts: { count: "num_experts", topK: "num_experts_per_tok", hiddenSize: "moe_intermediate_size" },
    sparse: true,
  },
  GptOssForCausalLM: {
    experts: { count: "num_local_experts", topK: "num_experts_per_tok", hiddenSize: "intermediate_size" },
    fullEvery: 2,
  },
  OlmoeForCausalLM: { experts: { count: "num_experts", topK: "num_experts_per_tok", hiddenSize: "intermediate_size" } },
  LlamaForCausalLM: {},
  Qwen3ForCausalLM: {},
};

const PRECISIONS: Readonly<Record<string, Precision>> = { float32: "fp32", float16: "fp16", bfloat16: "bf16" };

/**
 * Reads the text of a Hugging Face `config.json` as a model section. Norms, biases and rotary embedding leave no trace in it. Problems have the path `model.huggingface`.
 */
export function readConfig(text: string): ConfigReading {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    return { problems: [refused("text that is no JSON", "the JSON of a Hugging Face config.json")] };
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    return { problems: [refused(shorten(config), "the JSON of a Hugging Face config.json")] };
  }
  return new ConfigReader(config as Config).read();
}

/** Reads one config and gathers what is wrong with it. */
class ConfigReader {
  readonly #config: Config;
  readonly #problems: Problem[] = [];
  readonly #implied: ImpliedValue[] = [];

  constructor(config: Config) {
    this.#config = config;
  }

  read(): ConfigReading {
    const known = Object.keys(ARCHITECTURES);
    const { architectures } = this.#config;
    const name: unknown = Array.isArray(architectures) ? architectures[0] : architectures;
    const architecture = typeof name === "string" && Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined;
    if (architecture === undefined) {
      const suggestion = typeof name === "string" ? nearest(name, known) : undefined;
      const given = name === undefined ? "no architectures" : shorten(name);
      return {
        problems: [{ ...refused(given, `the architecture ${either(known)}`), ...(suggestion === undefined ? {} : { suggestion }) }],
      };
    }
    this.#refuse("tie_word_embeddings", (tied) => tied === true, "false: an embedding that is also the head cannot be said yet");
    const model = this.#model(architecture);
    return this.#problems.length > 0 ? { problems: this.#problems } : { model, implied: this.#implied };
  }

  #model({ experts, sparse, fullEvery }: Architecture): object {
    const hiddenSize = this.#size("hidden_size");
    const heads = this.#size("num_attention_heads");
    const layers = this.#size("num_hidden_layers");
    if (sparse === true) this.#refuseDenseLayers();
    const feedForward =
      experts === undefined
        ? { dense: { hiddenSize: this.#size("intermediate_size"), matrices: 3 } }
        : {
            experts: {
              count: this.#size(experts.count),
              topK: this.#size(experts.topK),
              hiddenSize: this.#size(experts.hiddenSize),
              matrices: 3,
            },
          };
    return {
      layers,
      hiddenSize,
      attention: {
        heads,
        kvHeads: this.#size("num_key_value_heads", heads),
        headSize: this.#size("head_dim", hiddenSize / heads),
        ...this.#window(fullEvery),
      },
      ...feedForward,
      vocabulary: this.#size("vocab_size"),
      precision: this.#precision(),
    };
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
  #window(fullEvery: number | undefined): object {
    const { sliding_window: tokens, use_sliding_window: isUsed, layer_types: types, max_window_layers: first = 0 } = this.#config;
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

  /** What the config says of number formats; what follows from it, and what it leaves out, is told as implied. */
  #precision(): object {
    const type = this.#config["torch_dtype"] ?? this.#config["dtype"];
    const word = PRECISIONS[Object.hasOwn(PRECISIONS, String(type ?? "bfloat16")) ? String(type ?? "bfloat16") : ""];
    if (word === undefined) {
      this.#problems.push(refused(`torch_dtype ${shorten(type)}`, `torch_dtype ${either(Object.keys(PRECISIONS))}`));
      return {};
    }
    const precision: Record<string, Precision> = { weights: word, activations: word };
    if (type === undefined || type === null) for (const place of Object.keys(precision)) this.#imply(place, word, "no torch_dtype");
    const quantised = (this.#config["quantization_config"] ?? {}) as Config;
    if ((quantised["quant_method"] ?? "none") === "none") return precision;
    const reading = quantisationOf(quantised, word);
    if (!("formats" in reading)) {
      this.#problems.push(refused(reading.given, reading.wanted));
      return precision;
    }
    for (const [place, { format, because }] of Object.entries(reading.formats)) {
      precision[place] = format;
      this.#imply(place, format, because);
    }
    if (reading.formats.kvCache === undefined) this.#imply("kvCache", undefined, "no format of a cache");
    this.#imply("collectives", undefined, "engines reduce and exchange what is not quantised");
    return precision;
  }

  #imply(place: string, value: Precision | undefined, because: string): void {
    const others = this.#implied.filter(({ path }) => path[1] !== place);
    this.#implied.splice(0, this.#implied.length, ...others, { path: ["precision", place], value, because });
  }

  #refuse(key: string, isRefused: (value: unknown) => boolean, wanted: string): void {
    const value = this.#config[key];
    if (isRefused(value)) this.#problems.push(refused(`${key} ${shorten(value)}`, `${key} ${wanted}`));
  }

  #refuseDenseLayers(): void {
    this.#refuse(
      "mlp_only_layers",
      (listed) => Array.isArray(listed) && listed.length > 0,
      "empty: dense layers among the others cannot be said yet",
    );
    this.#refuse(
      "decoder_sparse_step",
      (step) => typeof step === "number" && step > 1,
      "1: dense layers among the others cannot be said yet",
    );
  }
}

function refused(given: string, wanted: string): Problem {
  return { path: ["model", "huggingface"], given, wanted };
}
