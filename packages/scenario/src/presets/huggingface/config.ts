import type { Problem } from "../../problems/problem.ts";
import { shorten } from "../../problems/shorten.ts";
import type { ImpliedValue } from "../../reading/written.ts";
import { either } from "../../schema/language/wanted.ts";
import type { Precision } from "../../schema/precision.ts";
import { type Architecture, architectureOf } from "./architectures.ts";
import { withExpertFormat } from "./formats/expert-format.ts";
import { namesOf } from "./formats/family-names.ts";
import { layerParts } from "./formats/layer-parts.ts";
import { formatsByPart, formatsText, type PartFormat } from "./formats/part-format.ts";
import { formatsOfParts } from "./formats/precision.ts";
import { type Quantisation, quantisationOf } from "./formats/quantisation.ts";
import { jsonOf } from "./json.ts";
import { type Config, isMap, Keys } from "./keys.ts";
import { expertsOf, hasExperts, type PlannedExperts } from "./layers/feed-forward.ts";
import { layersInWords } from "./layers/model-layers.ts";
import type { PlannedLayer } from "./layers/planned-layer.ts";
import { plannedLayers } from "./layers/planned-layers.ts";
import { leftOut } from "./left-out.ts";
import { refused } from "./refused.ts";
import { unknownParts } from "./unknown-parts.ts";

/** A model section as in a scenario file, with facts that the config does not state, or the reason why there is none. */
export type ConfigReading =
  | { readonly model: object; readonly implied: readonly ImpliedValue[]; readonly formats: readonly PartFormat[] }
  | { readonly problems: readonly Problem[] };

const PRECISIONS: Readonly<Record<string, Precision>> = { float32: "fp32", float16: "fp16", bfloat16: "bf16" };

/** Keys under which a config keeps its text model. */
const TEXTS = ["text_config", "language_config", "llm_config"] as const;

/**
 * Reads the text of a Hugging Face `config.json` as a model section; for a multimodal one, its text model (`text_config`). `beside` is the
 * text of the `hf_quant_config.json` in its folder, if there is one: NVIDIA's checkpoints keep their formats in it. Norms, biases and
 * rotary embedding leave no trace in the section. Chunks of attention become windows of their length, which see at least as much. Problems
 * have the path `model.huggingface`.
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

/** Reads one config and collects its problems. */
class ConfigReader {
  readonly #keys: Keys;
  /** `quantization` of the `hf_quant_config.json` beside it. */
  readonly #beside: Config | undefined;
  readonly #architecture: Architecture;
  readonly #problems: Problem[] = [];
  readonly #implied: ImpliedValue[] = [];
  #formats: readonly PartFormat[] = [];

  constructor(config: Config, beside: Config | undefined) {
    const name: unknown = Array.isArray(config["architectures"]) ? config["architectures"][0] : config["architectures"];
    const found = architectureOf(name);
    if ("problem" in found) this.#problems.push(found.problem);
    this.#architecture = "problem" in found ? {} : found.architecture;
    if ("guess" in found) this.#imply("huggingface", undefined, found.guess, true);
    const text = TEXTS.map((key) => config[key]).find(isMap);
    this.#keys = new Keys({ ...this.#architecture.defaults, ...config, ...text }, this.#problems);
    this.#beside = beside;
  }

  read(): ConfigReading {
    if (this.#problems.length > 0) return { problems: this.#problems };
    this.#problems.push(...unknownParts(this.#keys.config, this.#architecture.window));
    const model = this.#model();
    const left = leftOut(this.#keys.config);
    if (left !== undefined) this.#imply("huggingface", undefined, left, true);
    return this.#problems.length > 0 ? { problems: this.#problems } : { model, implied: this.#implied, formats: this.#formats };
  }

  #model(): object {
    const keys = this.#keys;
    const hiddenSize = keys.size("hidden_size");
    const layers = plannedLayers(keys, this.#architecture);
    const experts = hasExperts(keys) ? expertsOf(keys, this.#architecture.alwaysShared === true) : undefined;
    const streams = keys.whole("hc_mult", 1);
    return {
      layers: layers.length,
      hiddenSize,
      ...layersInWords(layers, experts !== undefined),
      ...(streams > 1 ? { residualStreams: streams } : {}),
      ...(experts === undefined ? {} : { experts }),
      vocabulary: keys.size("vocab_size"),
      ...(keys.is("tie_word_embeddings") ? { tiedEmbedding: true } : {}),
      precision: this.#precision(layers, experts),
    };
  }

  /** Number formats of the config, or of the file beside it; derived and ignored parts are reported as implied. */
  #precision(layers: readonly PlannedLayer[], experts: PlannedExperts | undefined): object {
    const { config } = this.#keys;
    const type = config["torch_dtype"] ?? config["dtype"];
    const word = PRECISIONS[Object.hasOwn(PRECISIONS, String(type ?? "bfloat16")) ? String(type ?? "bfloat16") : ""];
    if (word === undefined) {
      this.#problems.push(refused(`torch_dtype ${shorten(type)}`, `torch_dtype ${either(Object.keys(PRECISIONS))}`));
      return {};
    }
    const precision = { weights: word, activations: word };
    if (type === undefined || type === null) for (const place of Object.keys(precision)) this.#imply(place, word, "no torch_dtype");
    const quantised = this.#quantised();
    if (quantised !== undefined && !("stored" in quantised)) {
      this.#problems.push(refused(quantised.given, quantised.wanted));
      return precision;
    }
    if (this.#problems.length > 0) return precision; // the sizes have problems: there are no layers to examine
    const names = this.#architecture.modules ?? namesOf(this.#keys);
    const hasShared = (experts?.shared ?? 0) > 0;
    const isLatent = experts?.["inputSize"] !== undefined;
    const parts = layers.map((layer) => layerParts(layer, names, hasShared, isLatent));
    this.#formats = formatsByPart(quantised, parts, word);
    if (quantised === undefined) return precision;
    const formats = formatsOfParts(quantised, parts, word);
    for (const { path, value, because } of formats.implied) this.#imply(path[1]!, value, because);
    const byPart = formatsText(this.#formats);
    if (byPart !== undefined) this.#imply("precision", undefined, byPart, true);
    const { kvCache } = quantised;
    this.#imply("kvCache", kvCache?.format, kvCache?.because ?? "no format of a cache");
    this.#imply("collectives", undefined, "engines reduce and exchange what is not quantised");
    return { ...precision, ...formats.precision, ...(kvCache === undefined ? {} : { kvCache: kvCache.format }) };
  }

  /** In order: a quantisation that names its method, the file beside it, ModelOpt's short form; undefined: everything has 16 or 32 bits. */
  #quantised(): Quantisation | undefined {
    const own = this.#keys.config["quantization_config"];
    const config = isMap(own) ? own : {};
    const method = config["quant_method"] ?? "none";
    const experts = this.#keys.value("expert_dtype");
    if (this.#beside !== undefined && (method === "none" || method === "modelopt"))
      return quantisationOf({ ...this.#beside, quant_method: "modelopt" });
    if (method === "none" && config["quant_algo"] === undefined) return undefined;
    const quantised = quantisationOf(config);
    return "stored" in quantised ? withExpertFormat(quantised, experts) : quantised;
  }

  #imply(place: string, value: unknown, because: string, always = false): void {
    const path = always ? [place] : ["precision", place];
    const at = always ? -1 : this.#implied.findIndex((other) => other.path[1] === place);
    if (at >= 0) this.#implied.splice(at, 1);
    this.#implied.push({ path, value, because, ...(always ? { always } : {}) });
  }
}
