import { shorten } from "../../../problems/shorten.ts";
import { either } from "../../../schema/language/wanted.ts";
import type { Precision } from "../../../schema/precision.ts";
import { checkpointNames, type Part } from "./part.ts";
import { type NameTest, patternTest } from "./pattern.ts";
import { KNOWN_ALGORITHMS, KNOWN_SCHEMES, type Stored, storedByAlgorithm, storedByScheme } from "./stored.ts";

/** Formats of a quantised checkpoint's matrices; or the part that is not understood. */
export type Quantisation = QuantisedModules | { readonly given: string; readonly wanted: string };

export interface QuantisedModules {
  /** How the matrix of any of `names`, which all mean the same one of `part`, is stored; undefined: as the rest. */
  stored(names: readonly string[], part: Part): Stored | undefined;
  /** Format of the output head, if it is listed, or if every module that is not listed is quantised; undefined: that of the rest. */
  readonly head?: Stored;
  /** Whether the config lists single modules with formats of their own. */
  readonly listsExperts?: boolean;
  readonly kvCache?: { readonly format: Precision; readonly because: string };
}

type Config = Readonly<Record<string, unknown>>;

const METHODS = ["fp8", "fbgemm_fp8", "mxfp4", "awq", "gptq", "compressed-tensors", "bitsandbytes", "modelopt"] as const;

/**
 * Reads the `quantization_config` of a checkpoint, or the `quantization` of the `hf_quant_config.json` beside it. Embedding, head and gates are never
 * quantised unless they are named. Source of the methods' meaning: docs/presets.md#hugging-face-configs.
 */
export function quantisationOf(config: Config): Quantisation {
  const method = config["quant_method"] ?? ("quant_algo" in config ? "modelopt" : undefined);
  const known = METHODS.find((each) => each === method);
  switch (known) {
    case undefined:
      return notKnown("quant_method", method, METHODS);
    case "fp8":
    case "fbgemm_fp8": {
      const blocks = Array.isArray(config["weight_block_size"]) ? { blocks: true } : {};
      const stored: Stored = { format: "fp8", alone: false, ...blocks, because: `quant_method ${known}` };
      if (config["quantized_layers"] === undefined) return allBut(config, stored);
      const listed = listedLayers(config);
      return "given" in listed ? listed : allBut(config, stored, listed.stored);
    }
    case "mxfp4":
      return { stored: (_, part) => (part === "routed" ? EXPERTS_ALONE : undefined) }; // whatever their modules are called
    case "awq":
    case "gptq": {
      const { bits = 4 } = config;
      if (bits !== 4 && bits !== 8) return notKnown("bits", bits, ["4", "8"]);
      return allBut(config, { format: bits === 4 ? "int4" : "int8", alone: true, because: `quant_method ${known} with ${bits} bits` });
    }
    case "bitsandbytes": {
      const bits = [4, 8].find((each) => config[`load_in_${each}bit`] === true || config[`_load_in_${each}bit`] === true);
      if (bits === undefined) return notKnown("load_in_4bit, load_in_8bit", "both false", ["one of them true"]);
      const because = `bitsandbytes with load_in_${bits}bit`;
      return allBut(config, { format: bits === 4 ? "int4" : "int8", alone: bits === 4, because }); // 8 bits: LLM.int8() quantises inputs too
    }
    case "modelopt": {
      if (config["quant_algo"] === "MIXED_PRECISION") {
        const listed = listedLayers(config);
        return "given" in listed ? listed : { ...listed, ...cacheOf(config) };
      }
      const stored = storedByAlgorithm(config["quant_algo"]);
      return stored === undefined ? notKnown("quant_algo", config["quant_algo"], KNOWN_ALGORITHMS) : allBut(config, stored);
    }
    case "compressed-tensors":
      return compressed(config);
  }
}

const EXPERTS_ALONE: Stored = { format: "mxfp4", alone: true, because: "quant_method mxfp4, of experts alone" };

/** All matrices have this format, except those listed as left out; `listed` ones have the list's. */
function allBut(config: Config, stored: Stored, listed?: Listed): Quantisation {
  const left = listed === undefined ? (config["exclude_modules"] ?? config["ignore"]) : undefined; // beside a list they are left out of that alone
  const excluded = testsOf(left ?? config["modules_to_not_convert"]);
  if ("given" in excluded) return excluded;
  const head = listed?.(HEAD);
  return {
    stored: (names) => listed?.(names) ?? (excluded.tests.some((isMeant) => names.some(isMeant)) ? undefined : stored),
    ...(head === undefined ? {} : { head }),
    ...(listed === undefined ? {} : { listsExperts: true }),
    ...cacheOf(config),
  };
}

type Listed = (names: readonly string[]) => Stored | undefined;

const HEAD = checkpointNames("lm_head");

/** `quantized_layers`: those named, with the modules below them, by the algorithm of each; in a list without algorithms by `moe_quant_algo`. */
function listedLayers(
  config: Config,
): { readonly stored: Listed; readonly head?: Stored } | { readonly given: string; readonly wanted: string } {
  const layers = config["quantized_layers"];
  const byName = new Map<string, Stored>();
  const entries = Array.isArray(layers)
    ? layers.map((name): [string, unknown] => [String(name), config["moe_quant_algo"]])
    : Object.entries((layers ?? {}) as Record<string, Config | undefined>).map(([name, layer]): [string, unknown] => [
        name,
        layer?.["quant_algo"],
      ]);
  for (const [name, algorithm] of entries) {
    const stored = storedByAlgorithm(algorithm);
    if (stored === undefined) return notKnown(`quant_algo of ${shorten(name)}`, algorithm, KNOWN_ALGORITHMS);
    byName.set(name, stored);
  }
  const stored: Listed = (names) => names.map((name) => withinNamed(byName, name)).find((each) => each !== undefined);
  const head = stored(HEAD);
  return { stored, ...(head === undefined ? {} : { head }) };
}

/** Format of `name`, or of a module above it. */
function withinNamed(byName: ReadonlyMap<string, Stored>, name: string): Stored | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
    const stored = byName.get(name.slice(0, end));
    if (stored !== undefined) return stored;
  }
  return undefined;
}

/** Groups by their targets: module classes mean all matrices, names mean those. */
function compressed(config: Config): Quantisation {
  const groups = Object.values((config["config_groups"] ?? {}) as Record<string, Config | undefined>);
  if (groups.length === 0) return notKnown("weights of config_groups", undefined, KNOWN_SCHEMES);
  const excluded = testsOf(config["ignore"]);
  if ("given" in excluded) return excluded;
  const all: { readonly tests: readonly NameTest[]; readonly stored: Stored; readonly ofAll: boolean }[] = [];
  for (const group of groups) {
    const stored = storedByScheme(group, config["format"]);
    if ("unknown" in stored) return notKnown("weights of config_groups", stored.unknown, KNOWN_SCHEMES);
    const targets = group?.["targets"] ?? ["Linear"];
    const isOfAll = Array.isArray(targets) && targets.includes("Linear");
    const isOther = ({ stored: before, ofAll }: (typeof all)[number]) =>
      ofAll && (before.format !== stored.format || before.alone !== stored.alone);
    if (isOfAll && all.some(isOther)) return notKnown("config_groups", "of several formats for all matrices", ["of one format"]);
    const tests = isOfAll ? { tests: [() => true] } : testsOf(targets);
    if ("given" in tests) return tests;
    all.push({ tests: tests.tests, stored, ofAll: isOfAll });
  }
  return {
    stored: (names) => {
      if (excluded.tests.some((isMeant) => names.some(isMeant))) return undefined;
      const ofName = all.filter(({ ofAll }) => !ofAll); // a name counts before a class
      return [...ofName, ...all].find(({ tests }) => tests.some((isMeant) => names.some(isMeant)))?.stored;
    },
    ...cacheOf(config),
  };
}

const MOST_PATTERNS = 50_000; // characters of patterns in one list, which come from untrusted files

/** One test for all plain names, which may be thousands, one for all that begin so, and one for each other pattern. */
function testsOf(list: unknown): { readonly tests: readonly NameTest[] } | { readonly given: string; readonly wanted: string } {
  const names = Array.isArray(list) ? list.map(String) : [];
  const plain = new Set(names.filter((name) => !name.includes("*") && !name.startsWith("re:")));
  const starts = new Set(names.filter((name) => STARTS.test(name)).map((name) => name.slice(0, -1)));
  const others = names.filter((name) => !plain.has(name) && !STARTS.test(name));
  const length = others.reduce((sum, { length: own }) => sum + own, 0);
  if (length > MOST_PATTERNS)
    return { given: `${others.length} patterns`, wanted: `patterns of at most ${MOST_PATTERNS} characters together` };
  const short = [...plain].filter((name) => !name.includes(".")).map((name) => patternTest(name)!); // may stand at any depth
  const tests: NameTest[] = [
    (name) => isWithin(plain, name),
    ...(starts.size === 0 ? [] : [(name: string) => beginsWith(starts, name)]),
    ...short,
  ];
  for (const name of others) {
    const isMeant = patternTest(name);
    if (isMeant === undefined)
      return { given: `pattern ${shorten(name)}`, wanted: "an expression of literals, ., [ ], ( ), |, *, + and ?, or a glob" };
    tests.push(isMeant);
  }
  return { tests };
}

/** A glob that ends with its only `*`. */
const STARTS = /^(?!re:)[^*?[]*\*$/;

function beginsWith(starts: ReadonlySet<string>, name: string): boolean {
  for (let end = 0; end <= name.length; end++) if (starts.has(name.slice(0, end))) return true;
  return false;
}

function isWithin(names: ReadonlySet<string>, name: string): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) if (names.has(name.slice(0, end))) return true;
  return false;
}

/** Format of a cache that the checkpoint has scales for; engines use it unless a flag says otherwise. */
function cacheOf({ kv_cache_scheme: scheme, kv_cache_quant_algo: algorithm }: Config) {
  if (algorithm === "FP8" || scheme === "FP8") {
    return { kvCache: { format: "fp8" as const, because: algorithm === "FP8" ? "kv_cache_quant_algo FP8" : "kv_cache_scheme FP8" } };
  }
  const { num_bits: bits, type } = (typeof scheme === "object" ? (scheme ?? {}) : {}) as Config;
  return bits === 8 && type === "float" ? { kvCache: { format: "fp8" as const, because: "kv_cache_scheme" } } : {};
}

function notKnown(key: string, value: unknown, known: readonly string[]) {
  const wanted = `${key} ${either(known)}; or the precisions beside huggingface and a config without quantization_config`;
  return { given: value === undefined || value === null ? `no ${key}` : `${key} ${shorten(value)}`, wanted };
}
