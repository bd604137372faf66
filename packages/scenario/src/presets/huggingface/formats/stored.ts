import type { Precision } from "../../../schema/precision.ts";

/** How a matrix is stored, and whether its weights alone are: then products are in the format of the rest. */
export interface Stored {
  readonly format: Precision;
  readonly alone: boolean;
  /** A scale for each block of both sides of a matrix. */
  readonly blocks?: boolean;
  readonly because: string;
}

/** By ModelOpt's names of algorithms. Source: docs/presets.md#hugging-face-configs. */
const ALGORITHMS: Readonly<Record<string, Omit<Stored, "because">>> = {
  FP8: { format: "fp8", alone: false },
  FP8_PB_WO: { format: "fp8", alone: true },
  FP8_PER_CHANNEL_PER_TOKEN: { format: "fp8", alone: false },
  NVFP4: { format: "nvfp4", alone: false },
  W4A16_NVFP4: { format: "nvfp4", alone: true },
  NVFP4_AWQ: { format: "nvfp4", alone: false },
  W4A16_AWQ: { format: "int4", alone: true },
  W4A8_AWQ: { format: "int4", alone: false },
  W8A16: { format: "int8", alone: true },
  W8A8_SQ_PER_CHANNEL: { format: "int8", alone: false },
};

export const KNOWN_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS);

export function storedByAlgorithm(name: unknown): Stored | undefined {
  const known = typeof name === "string" && Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  return known && { ...known, because: `quant_algo ${String(name)}` };
}

/** By bits and type of a scheme of compressed-tensors. */
const SCHEMES: Readonly<Record<string, Precision>> = {
  "8 bits of type float": "fp8",
  "8 bits of type int": "int8",
  "4 bits of type float": "nvfp4",
  "4 bits of type int": "int4",
};

export const KNOWN_SCHEMES: readonly string[] = Object.keys(SCHEMES);

type Config = Readonly<Record<string, unknown>>;

/** Format of a group of `config_groups`; or its unknown part. */
export function storedByScheme(group: Config | undefined, format: unknown): Stored | { readonly unknown: string | undefined } {
  const { num_bits: bits, type, group_size: size } = (group?.["weights"] ?? {}) as Config;
  const said = `${String(bits)} bits of type ${String(type)}`;
  const known = Object.hasOwn(SCHEMES, said) ? SCHEMES[said] : undefined;
  if (known === undefined) return { unknown: group === undefined ? undefined : said };
  const isMx = known === "nvfp4" && (String(group?.["format"] ?? format).startsWith("mxfp4") || size === 32); // blocks of 32 with a scale of one byte
  const alone = (group?.["input_activations"] ?? null) === null;
  return { format: isMx ? "mxfp4" : known, alone, because: `compressed-tensors with ${said}` };
}
