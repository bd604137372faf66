import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";
import { either } from "../schema/wanted.ts";
import { shorten } from "../shorten.ts";

/** A model section, as it would be written in a scenario file, or what keeps a config from being one. */
export type ConfigReading = { readonly model: object } | { readonly problems: readonly Problem[] };

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

const PRECISIONS: Readonly<Record<string, string>> = { float32: "fp32", float16: "fp16", bfloat16: "bf16" };
/** What the quantisation of a checkpoint stores: all weights, or those of the experts only. */
const QUANTISED: Readonly<Record<string, object>> = {
  none: {},
  fp8: { weights: "fp8" },
  mxfp4: { experts: "mxfp4" },
};

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
    return this.#problems.length > 0 ? { problems: this.#problems } : { model };
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

  #precision(): object {
    const type = this.#config["torch_dtype"] ?? this.#config["dtype"] ?? "bfloat16";
    const word = typeof type === "string" && Object.hasOwn(PRECISIONS, type) ? PRECISIONS[type] : undefined;
    if (word === undefined) this.#problems.push(refused(`torch_dtype ${shorten(type)}`, `torch_dtype ${either(Object.keys(PRECISIONS))}`));
    const quantised = (this.#config["quantization_config"] ?? {}) as Config;
    const method = quantised["quant_method"] ?? "none";
    const stored = typeof method === "string" && Object.hasOwn(QUANTISED, method) ? QUANTISED[method] : undefined;
    if (stored === undefined) {
      const wanted = `quant_method ${either(Object.keys(QUANTISED))}; or the precisions beside huggingface and a config without it`;
      this.#problems.push(refused(`quant_method ${shorten(method)}`, wanted));
    }
    return { weights: word, activations: word, ...stored };
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
