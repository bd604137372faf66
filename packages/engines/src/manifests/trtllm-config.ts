import type { Instance } from "../instance.ts";
import { noFlags, readFlag } from "../lines/server-flags.ts";
import { countIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import type { ManifestsRead } from "./manifests-read.ts";

/** Keys by which a map is known as options of TensorRT-LLM. */
const OF_TRTLLM =
  /^(max_batch_size|max_num_tokens|tensor_parallel_size|moe_expert_parallel_size|enable_attention_dp|kv_cache_config|cuda_graph_config|moe_config|print_iter_log)$/;

/** Whether a map without a kind is a file of `--extra_llm_api_options`, or of a disaggregated deployment. */
export function isTrtllmConfig(tree: Tree): boolean {
  const isSplit = Object.hasOwn(tree, "context_servers") && Object.hasOwn(tree, "generation_servers");
  return isSplit || Object.keys(tree).some((key) => OF_TRTLLM.test(key));
}

/** Servers that a map of TensorRT-LLM options describes: one, or one for each phase. */
export function trtllmServers({ tree, place }: ManifestDocument, file: string): ManifestsRead {
  const isSplit = Object.hasOwn(tree, "context_servers");
  const parts: readonly (readonly [key: string, role: Instance["role"]])[] = isSplit
    ? [
        ["context_servers", "prefill"],
        ["generation_servers", "decode"],
      ]
    : [["", "all"]];
  const shared = Object.fromEntries(Object.entries(tree).filter(([key]) => !BESIDE.has(key)));
  const instances = parts.map(([key, role]): Instance => {
    const flags = noFlags("trtllm");
    const path = key === "" ? [] : [key];
    const options =
      key === "" ? shared : { ...shared, ...Object.fromEntries(Object.entries(mapIn(tree, key)).filter(([name]) => !BESIDE.has(name))) };
    for (const [name, value] of Object.entries(options)) {
      const source = { place: (flag: string) => place([...path, flag]), file: () => undefined };
      readFlag(name, value, flags, source);
    }
    const model = valueIn(tree, key, "model") ?? tree["model"];
    return {
      name: key === "" ? file : key,
      flags,
      version: undefined,
      model: typeof model === "string" ? model : undefined,
      servedModel: undefined,
      role,
      replicas: key === "" ? 1 : (countIn(tree, key, "num_instances") ?? 1),
      gpus: undefined,
      place: place(path),
    };
  });
  const isElsewhere =
    isSplit &&
    parts.every(([key]) => Object.hasOwn(mapIn(tree, key), "urls") && Object.keys(mapIn(tree, key)).every((name) => BESIDE.has(name)));
  const problems = instances.flatMap(({ flags }) => flags.problems);
  if (isElsewhere)
    problems.push({
      place: place(["context_servers"]),
      subject: "context_servers",
      given: "addresses of servers that are launched elsewhere",
      wanted: "the script that launches them, or their options beside num_instances",
    });
  return { instances, problems, remarks: [] };
}

/** Keys beside the options. */
const BESIDE = new Set([
  "context_servers",
  "generation_servers",
  "num_instances",
  "urls",
  "hostname",
  "port",
  "model",
  "backend",
  "free_gpu_memory_fraction_unused",
  "router",
  "conditional_disagg_config",
]);
