import type { ModelSpec } from "../schema/model.ts";
import type { Engine } from "./flag.ts";
import { ENGINES } from "./registry.ts";

/** Mixers that keep a state, or a window, beside caches that grow. */
const STATES: readonly string[] = ["gated-delta", "kda", "mamba-2", "compressed"];

/**
 * Reason why an engine does not let ranks share contexts, and what would work; undefined: it does. vLLM keeps one kind of cache then
 * (`HybridKVCacheCoordinator`: "DCP not support hybrid attn now"); SGLang (docs, decode context parallelism) and TensorRT-LLM (docs, helix)
 * share those of latent attention, the latter on servers that only decode.
 */
export function contextRefusal(
  name: Engine["name"],
  { attention, layerKinds }: Pick<ModelSpec, "attention" | "layerKinds">,
  role: "all" | "prefill" | "decode",
): { readonly given: string; readonly wanted: string } | undefined {
  const { title } = ENGINES[name];
  const mixers = layerKinds === undefined ? [attention!] : Object.values(layerKinds).map(({ mixer }) => mixer);
  const keeps = mixers.some((mixer) => STATES.includes(mixer.kind ?? "grouped-query") || ("window" in mixer && mixer.window !== undefined));
  const isLatent = mixers.some(({ kind }) => kind === "latent");
  const refused = (given: string) => ({ given, wanted: "1, or no such key; engine: ideal runs it" });
  if (name === "vllm") return keeps ? refused(`contexts shared beside windows or states, which ${title} refuses`) : undefined;
  if (!isLatent) return refused(`contexts shared without latent attention, which ${title} refuses`);
  if (name === "trtllm" && role !== "decode") return refused(`contexts shared by servers that compute prompts, which ${title} refuses`);
  return undefined;
}

/**
 * Reason why ranks that share contexts do not have queries as `stated` with an engine, and what would work; undefined: they do. Sources: vLLM's
 * and SGLang's all-gather before attention; TensorRT-LLM's docs, helix.
 */
export function contextQueriesRefusal(
  name: Engine["name"],
  stated: "gathered" | "whole",
): { readonly given: string; readonly wanted: string } | undefined {
  const own = name === "trtllm" ? "whole" : "gathered";
  return stated === own
    ? undefined
    : { given: `${stated} under ${ENGINES[name].title}`, wanted: `${own}, or no such key; engine: ideal runs both` };
}

/** Degrees of a replica. */
interface Degrees {
  readonly attention: { readonly tensor: number; readonly data: number };
  readonly expert: number;
  readonly tensor: number;
}

/**
 * Reason why an engine does not launch servers of these degrees, and what would work; undefined: it does. vLLM spreads experts over all
 * ranks or over none (`--enable-expert-parallel`), TensorRT-LLM attention over all ranks or over none (`enable_attention_dp`); data groups
 * of a dense model are servers of their own.
 */
export function layoutRefusal(
  name: Engine["name"],
  { experts }: Pick<ModelSpec, "experts">,
  { attention, expert, tensor }: Degrees,
): { readonly given: string; readonly wanted: string } | undefined {
  const { title } = ENGINES[name];
  const ranks = attention.tensor * attention.data;
  if (experts === undefined) {
    if (attention.data === 1) return undefined;
    const given = `${attention.data} data groups of a dense model, which ${title} launches as instances`;
    return { given, wanted: "parallelism.data in place of attention.data" };
  }
  if (name === "vllm" && tensor > 1 && expert > 1) {
    const given = `experts over ${expert} × ${tensor} ranks, which ${title} does not have`;
    return { given, wanted: `expert: ${ranks}, tensor: 1, or expert: 1, tensor: ${ranks}` };
  }
  if (name === "trtllm" && attention.data > 1 && attention.tensor > 1) {
    const given = `${attention.data} data groups of ${attention.tensor} ranks, which ${title} does not have`;
    return { given, wanted: `attention: { tensor: 1, data: ${ranks} } or { tensor: ${ranks}, data: 1 }` };
  }
  return undefined;
}
