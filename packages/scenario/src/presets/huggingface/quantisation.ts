import { shorten } from "../../problems/shorten.ts";
import { either } from "../../schema/language/wanted.ts";
import type { Precision } from "../../schema/precision.ts";

/** Formats that the `quantization_config` of a checkpoint implies, each with what says so, or what is not understood of it. */
export type Quantisation =
  | { readonly formats: Readonly<Partial<Record<"weights" | "experts" | "compute" | "kvCache", Implied>>> }
  | { readonly given: string; readonly wanted: string };

interface Implied {
  readonly format: Precision;
  readonly because: string;
}

type Config = Readonly<Record<string, unknown>>;

const METHODS = ["fp8", "fbgemm_fp8", "mxfp4", "awq", "gptq", "compressed-tensors", "bitsandbytes", "modelopt"] as const;

/**
 * Reads a `quantization_config` beside weights that are `unquantised` otherwise. Weights alone are quantised where the config says nothing
 * of inputs: products are then in the format of the rest. Source of the methods' meaning: docs/presets.md#hugging-face-configs.
 */
export function quantisationOf(config: Config, unquantised: Precision): Quantisation {
  const method = config["quant_method"];
  const known = METHODS.find((each) => each === method);
  const weights = (format: Precision, because: string) => ({ weights: { format, because } });
  switch (known) {
    case undefined:
      return notKnown("quant_method", method, METHODS);
    case "fp8":
    case "fbgemm_fp8":
      return { formats: weights("fp8", `quant_method ${known}`) };
    case "mxfp4":
      return { formats: { experts: { format: "mxfp4", because: "quant_method mxfp4, of experts alone" } } };
    case "awq":
    case "gptq": {
      const { bits = 4 } = config;
      if (bits === 4) return { formats: weights("int4", `quant_method ${known} with 4 bits`) };
      if (bits !== 8) return notKnown("bits", bits, ["4", "8"]);
      return { formats: { ...weights("int8", `quant_method ${known} with 8 bits`), ...weightsAlone(unquantised, known) } };
    }
    case "bitsandbytes": {
      const bits = [4, 8].find((each) => config[`load_in_${each}bit`] === true || config[`_load_in_${each}bit`] === true);
      if (bits === undefined) return notKnown("load_in_4bit, load_in_8bit", "both false", ["one of them true"]);
      return { formats: weights(bits === 4 ? "int4" : "int8", `bitsandbytes with load_in_${bits}bit`) }; // 8 bits: LLM.int8() quantises inputs too
    }
    case "modelopt": {
      const algorithm = config["quant_algo"];
      if (algorithm !== "FP8" && algorithm !== "NVFP4") return notKnown("quant_algo", algorithm, ["FP8", "NVFP4"]);
      return { formats: { ...weights(algorithm === "FP8" ? "fp8" : "nvfp4", `quant_algo ${algorithm}`), ...cacheOf(config) } };
    }
    case "compressed-tensors":
      return compressed(config, unquantised);
  }
}

/** Its groups must have one format: which matrices are in which group is not read. */
function compressed(config: Config, unquantised: Precision): Quantisation {
  const [group, ...others] = Object.values((config["config_groups"] ?? {}) as Config) as (Config | undefined)[];
  const isOther = (other: Config | undefined) => JSON.stringify(kindOf(other)) !== JSON.stringify(kindOf(group));
  if (others.some(isOther)) return notKnown("config_groups", "of several formats", ["of one format"]);
  const scheme = (group?.["weights"] ?? {}) as Config;
  const { num_bits: bits, type } = scheme;
  const said = `${String(bits)} bits of type ${String(type)}`;
  const format = FORMATS[said];
  if (format === undefined) return notKnown("weights of config_groups", group === undefined ? undefined : said, Object.keys(FORMATS));
  const alone = (group?.["input_activations"] ?? null) === null;
  const weights = { format, because: `compressed-tensors with ${said}` };
  if (isOfExpertsAlone(config)) {
    return { formats: { weights: { format: unquantised, because: "ignore names the attention" }, experts: weights, ...cacheOf(config) } };
  }
  return { formats: { weights, ...(alone ? weightsAlone(unquantised, "config_groups") : {}), ...cacheOf(config) } };
}

/** Whether attention stands among what is left as it was, as in checkpoints of which only the routed experts are quantised. */
function isOfExpertsAlone({ ignore }: Config): boolean {
  return Array.isArray(ignore) && ignore.some((name) => /self_attn[.*]*$/.test(String(name)));
}

/** What decides a group's formats. */
function kindOf(group: Config | undefined): unknown {
  const { num_bits: bits, type } = (group?.["weights"] ?? {}) as Config;
  return [bits, type, (group?.["input_activations"] ?? null) === null];
}

const FORMATS: Readonly<Record<string, Precision>> = {
  "8 bits of type float": "fp8",
  "8 bits of type int": "int8",
  "4 bits of type float": "nvfp4",
  "4 bits of type int": "int4",
};

function weightsAlone(unquantised: Precision, where: string) {
  return { compute: { format: unquantised, because: `${where} quantises weights alone` } };
}

/** Of a cache that the checkpoint has scales for; engines take it unless they are told otherwise. */
function cacheOf({ kv_cache_scheme: scheme }: Config) {
  const { num_bits: bits, type } = (scheme ?? {}) as Config;
  return bits === 8 && type === "float" ? { kvCache: { format: "fp8" as const, because: "kv_cache_scheme" } } : {};
}

function notKnown(key: string, value: unknown, known: readonly string[]): Quantisation {
  const wanted = `${key} ${either(known)}; or the precisions beside huggingface and a config without quantization_config`;
  return { given: value === undefined ? `no ${key}` : `${key} ${shorten(value)}`, wanted };
}
