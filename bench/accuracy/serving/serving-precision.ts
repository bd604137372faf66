import { isWhole } from "./launch-knobs.ts";
import { hasExperts, modelOf } from "./serving-model.ts";
import type { ServingRun } from "./serving-run.ts";

/**
 * Formats of the weights, and of the cache; gpt-oss is published in one mixture only, whose experts a B200 runs by the kernels of the format that is
 * recorded, as its launch scripts ask for (`VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8`); four bits are those of routed experts, in Kimi's own checkpoint as in
 * NVIDIA's of models with experts (`nvfp4_experts_only`), whose attention stays wide.
 */
export function precisionOf(run: ServingRun): { readonly precision: { readonly kvCache?: string } } {
  const cache = cachesInFp8(run) ? { kvCache: "fp8" } : {};
  const of = (formats: object) => ({ precision: { ...formats, ...cache } });
  const { format } = run;
  if (modelOf(run) === "gpt-oss-120b") return of(run.gpu === "b200" && format === "nvfp4" ? { experts: "nvfp4" } : {});
  if (format === "int4_wo") return of({ weights: "bf16", experts: "int4", compute: "bf16" });
  if (format === "nvfp4") return of(hasExperts(run) ? { weights: "bf16", experts: "nvfp4" } : { weights: "nvfp4" });
  return of(format.startsWith("fp8") ? { weights: "fp8" } : {});
}

/**
 * Whether caches are in fp8, by the launch scripts that InferenceX publishes (`kv-cache-dtype: fp8`; for TensorRT-LLM `kv_cache_config`;
 * for SGLang on B200 `fp8_e4m3`), or by NVIDIA's NVFP4 checkpoints of MiniMax and Kimi (`kv_cache_quant_algo`, which vLLM obeys); no other
 * checked checkpoint states it. AIConfigurator asks for it beside products in fp8: 64 prompts of 4,096 tokens of Qwen3-32B would not fit into a GPU in 16 bits, and did not wait.
 */
function cachesInFp8(run: ServingRun): boolean {
  if (isWhole(run)) return run.format.startsWith("fp8");
  if (!run.isDrawn) return false;
  if (modelOf(run) === "llama-3.1-70b") return run.gpu === "h200" || run.gpu === "b200";
  if (modelOf(run) === "deepseek-v3") return run.engine === "trtllm" || run.gpu === "b200";
  if (modelOf(run) === "minimax-m2") return run.gpu !== "h100";
  if (modelOf(run) === "kimi-k2") return run.format === "nvfp4";
  return modelOf(run) === "gpt-oss-120b" && run.gpu === "b200" && run.engine === "vllm";
}
