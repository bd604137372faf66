import { PRESETS } from "@tokenyard/scenario";

/** A preset for a name of the hub, and the formats that the name says. */
export interface NamedModel {
  readonly preset: string;
  readonly precision?: Readonly<Record<string, string>>;
  /** Reason for an assumption. */
  readonly because?: string;
}

/** Families by the form of their names without owner, case and suffixes. */
const FAMILIES: readonly (readonly [name: RegExp, preset: string])[] = [
  [/^deepseek-?v3\.2/, "deepseek-v3.2"],
  [/^deepseek-?v4-pro/, "deepseek-v4-pro"],
  [/^deepseek-?v4-flash/, "deepseek-v4-flash"],
  [/^kimi-k3/, "kimi-k3"],
  [/^glm-5\.2/, "glm-5.2"],
  [/^glm-5(\.1)?(?!\.)/, "glm-5"],
  [/^minimax-m3/, "minimax-m3"],
  [/^gemma-4-31b/, "gemma-4-31b"],
  [/^gemma-4-26b-a4b/, "gemma-4-26b-a4b"],
  [/^deepseek-?r1(-0528)?(?!.*distill)/, "deepseek-r1"],
  [/^deepseek-?v3(?!\.2)(\.1|-0324|-terminus|-base|-chat)?(?!\.2)/, "deepseek-v3"],
  [/^dsr1\b/, "deepseek-r1"],
  [/^kimi-k2/, "kimi-k2"],
  [/^qwen3\.5-397b/, "qwen3.5-397b"],
  [/^qwen3\.5-122b/, "qwen3.5-122b"],
  [/^qwen3\.5-27b/, "qwen3.5-27b"],
  [/^qwen3-next-80b/, "qwen3-next"],
  [/^(nvidia-)?nemotron-3-super/, "nemotron-3-super"],
  [/^(nvidia-)?nemotron-3-nano/, "nemotron-3-nano"],
  [/^gpt-?oss-120b/, "gpt-oss-120b"],
  [/^gpt-?oss-20b/, "gpt-oss-20b"],
  [/^qwen3-coder-480b/, "qwen3-coder-480b"],
  [/^qwen3-235b-a22b/, "qwen3-235b-a22b"],
  [/^qwen3-30b-a3b|^qwen3-coder-30b-a3b/, "qwen3-30b-a3b"],
  [/^qwen3-32b/, "qwen3-32b"],
  [/^qwen3-8b/, "qwen3-8b"],
  [/^(meta-)?llama-3(\.\d)?-70b/, "llama-3.1-70b"],
  [/^(meta-)?llama-3\.1-405b/, "llama-3.1-405b"],
  [/^(meta-)?llama-3(\.1)?-8b/, "llama-3.1-8b"],
  [/^llama-4-maverick/, "llama-4-maverick"],
  [/^llama-4-scout/, "llama-4-scout"],
  [/^minimax-m2/, "minimax-m2"],
  [/^glm-4\.(5|6|7)(?!v|-air|-flash)/, "glm-4.5"],
  [/^mixtral-8x7b/, "mixtral-8x7b"],
  [/^mixtral-8x22b/, "mixtral-8x22b"],
  [/^olmoe-1b-7b/, "olmoe-1b-7b"],
];

/** Checkpoints of Kimi-K2's sizes with experts in int4. Source: their model cards. */
const KIMI_OF_INT4 = /^kimi-k2(?:-thinking|\.[5-9])/;

/** Preset that `name` (`owner/name`, a folder's or a preset's) denotes; undefined if none is known. */
export function modelNamed(name: string): NamedModel | undefined {
  if (Object.hasOwn(PRESETS.model, name)) return { preset: name };
  const bare = name.replace(/\/+$/, "").replace(/^.*\//, "").toLowerCase().replaceAll("_", "-");
  const preset = FAMILIES.find(([pattern]) => pattern.test(bare))?.[1];
  if (preset === undefined) return undefined;
  const own = precisionOf(preset);
  const says = (formats: string) => new RegExp(`(^|[-.])(${formats})([-.]|$)`).test(bare);
  const taken = (precision: NamedModel["precision"], because: string) => ({ preset, precision: precision!, because });
  if (KIMI_OF_INT4.test(bare))
    return says("nvfp4|fp4")
      ? taken(
          { weights: "bf16", experts: "nvfp4" },
          "the name says fp4: experts are taken as nvfp4, the rest in bf16, as the int4 checkpoint has it",
        )
      : taken(
          { weights: "bf16", experts: "int4" },
          "Kimi-K2-Thinking and K2.5 on have experts in int4, the rest in bf16; the vision encoder is left out",
        );
  if (own.experts !== undefined) return { preset };
  if (says("nvfp4|fp4")) {
    const hasExperts = !/^llama-3|^qwen3-(?:32b|8b)|^qwen3\.5-27b|^gemma-4-31b/.test(preset);
    if (hasExperts) return taken({ experts: "nvfp4" }, "the name says fp4: experts are taken as nvfp4, the rest as the preset has it");
    return taken({ weights: "nvfp4" }, "the name says fp4: weights are taken as nvfp4");
  }
  if (says("(w8a8-)?fp8")) return own.weights === "fp8" ? { preset } : taken({ weights: "fp8" }, "the name says fp8");
  if (says("w8a8")) return taken({ weights: "int8" }, "the name says w8a8: weights are taken as int8, multiplied in it");
  if (says("w8a16|int8|8bit"))
    return taken({ weights: "int8", compute: "bf16" }, "the name says 8 bits: weights are taken as int8, multiplied in bf16");
  if (says("w4a16|int4|4bit|awq|gptq|autoround"))
    return taken(
      { weights: "int4" },
      "the name says 4 bits: all weights but embedding, gates and head are taken as int4, multiplied in bf16",
    );
  return { preset };
}

interface Formats {
  readonly weights?: string | undefined;
  readonly experts?: string | undefined;
}

function precisionOf(preset: string): Formats {
  return (PRESETS.model[preset]?.values as { precision?: Formats } | undefined)?.precision ?? {};
}

/** A name of the hub for each preset. */
const HUB: Readonly<Record<string, string>> = {
  "deepseek-r1": "deepseek-ai/DeepSeek-R1",
  "deepseek-v3": "deepseek-ai/DeepSeek-V3",
  "deepseek-v3.2": "deepseek-ai/DeepSeek-V3.2",
  "deepseek-v4-pro": "deepseek-ai/DeepSeek-V4-Pro",
  "deepseek-v4-flash": "deepseek-ai/DeepSeek-V4-Flash",
  "kimi-k2": "moonshotai/Kimi-K2-Instruct",
  "kimi-k3": "moonshotai/Kimi-K3",
  "qwen3.5-397b": "Qwen/Qwen3.5-397B-A17B",
  "qwen3.5-122b": "Qwen/Qwen3.5-122B-A10B",
  "qwen3.5-27b": "Qwen/Qwen3.5-27B",
  "minimax-m3": "MiniMaxAI/MiniMax-M3",
  "glm-5": "zai-org/GLM-5",
  "glm-5.2": "zai-org/GLM-5.2",
  "gpt-oss-120b": "openai/gpt-oss-120b",
  "gpt-oss-20b": "openai/gpt-oss-20b",
  "qwen3-coder-480b": "Qwen/Qwen3-Coder-480B-A35B-Instruct",
  "qwen3-235b-a22b": "Qwen/Qwen3-235B-A22B",
  "qwen3-30b-a3b": "Qwen/Qwen3-30B-A3B",
  "qwen3-32b": "Qwen/Qwen3-32B",
  "qwen3-8b": "Qwen/Qwen3-8B",
  "llama-3.1-70b": "meta-llama/Llama-3.1-70B-Instruct",
  "llama-3.1-8b": "meta-llama/Llama-3.1-8B-Instruct",
  "llama-3.1-405b": "meta-llama/Llama-3.1-405B-Instruct",
  "llama-4-maverick": "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
  "llama-4-scout": "meta-llama/Llama-4-Scout-17B-16E-Instruct",
  "minimax-m2": "MiniMaxAI/MiniMax-M2",
  "glm-4.5": "zai-org/GLM-4.5",
  "mixtral-8x7b": "mistralai/Mixtral-8x7B-Instruct-v0.1",
  "mixtral-8x22b": "mistralai/Mixtral-8x22B-Instruct-v0.1",
  "olmoe-1b-7b": "allenai/OLMoE-1B-7B-0924-Instruct",
};

/** Presets of models without modules that draft tokens (MTP): vLLM raises "Unsupported speculative method" then. Source: MTPModelTypes of its config/speculative.py. */
const WITHOUT_MODULES = /^(?:llama|mixtral|olmoe|gpt-oss|qwen3-(?:8b|32b|30b|235b|coder))/;

/** Whether checkpoints of a preset may have modules that draft tokens. */
export function hasDraftModules(preset: string): boolean {
  return !WITHOUT_MODULES.test(preset);
}

/** Publishers whose models are published with fp8 weights. */
const OF_FP8: Readonly<Record<string, string>> = { Qwen: "Qwen", "zai-org": "zai-org", "meta-llama": "nvidia" };

/** Names of checkpoints in formats of which the preset has none. */
const OF_FORMATS: readonly (readonly [preset: string, formats: Formats, name: string])[] = [
  ["deepseek-r1", { weights: "fp8", experts: "nvfp4" }, "nvidia/DeepSeek-R1-NVFP4"],
  ["deepseek-v3", { weights: "fp8", experts: "nvfp4" }, "nvidia/DeepSeek-V3-0324-NVFP4"],
  ["deepseek-v3.2", { weights: "fp8", experts: "nvfp4" }, "nvidia/DeepSeek-V3.2-NVFP4"],
  ["kimi-k2", { weights: "bf16", experts: "nvfp4" }, "nvidia/Kimi-K2-Thinking-NVFP4"],
  ["kimi-k2", { weights: "bf16", experts: "int4" }, "moonshotai/Kimi-K2-Thinking"],
  ["llama-3.1-70b", { weights: "nvfp4" }, "nvidia/Llama-3.3-70B-Instruct-NVFP4"],
  ["qwen3-32b", { weights: "nvfp4" }, "nvidia/Qwen3-32B-NVFP4"],
  ["qwen3-30b-a3b", { weights: "bf16", experts: "nvfp4" }, "nvidia/Qwen3-30B-A3B-NVFP4"],
  ["qwen3-235b-a22b", { weights: "bf16", experts: "nvfp4" }, "nvidia/Qwen3-235B-A22B-NVFP4"],
  ["qwen3-32b", { weights: "int4" }, "Qwen/Qwen3-32B-AWQ"],
  ["qwen3-30b-a3b", { weights: "int4" }, "Qwen/Qwen3-30B-A3B-GPTQ-Int4"],
  ["qwen3-235b-a22b", { weights: "int4" }, "Qwen/Qwen3-235B-A22B-GPTQ-Int4"],
];

/** The name by which the hub has the model of a preset in the formats of `precision`. Undefined where none is known. */
export function hubName(preset: string, { weights, experts }: Formats): string | undefined {
  const name = Object.hasOwn(HUB, preset) ? HUB[preset] : undefined;
  const own = precisionOf(preset);
  const isIn = (formats: Formats) => formats.weights === weights && (formats.experts ?? formats.weights) === (experts ?? weights);
  if (name === undefined || isIn(own)) return name;
  const [publisher = ""] = name.split("/");
  if (isIn({ weights: "fp8" }) && own.experts === undefined)
    return Object.hasOwn(OF_FP8, publisher) ? `${name.replace(publisher, OF_FP8[publisher]!)}-FP8` : undefined;
  return OF_FORMATS.find(([of, formats]) => of === preset && isIn(formats))?.[2];
}
