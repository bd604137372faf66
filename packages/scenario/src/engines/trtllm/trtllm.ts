import { trtllm10Host, trtllmHost } from "../../presets/engines/trtllm.ts";
import { BY_DECODE, type Engine, gateOf, partitionOf } from "../flag.ts";
import { hostOf } from "../host.ts";
import { isFrom } from "../version.ts";
import { TRTLLM_HARMLESS } from "./harmless.ts";
import { TRTLLM_LAYOUT, trtllmLayout } from "./layout.ts";
import { TRTLLM_SERVING } from "./serving.ts";
import { TRTLLM_SPECULATION, trtllmDrafting } from "./speculation.ts";
import { TRTLLM_WAITING } from "./waiting.ts";

export const trtllm: Engine = {
  name: "trtllm",
  title: "TensorRT-LLM",
  versions: { oldest: "1.0.0rc1", newest: "1.4", assumed: "1.2" },
  flags: [...TRTLLM_LAYOUT, ...TRTLLM_SERVING, ...TRTLLM_SPECULATION, ...TRTLLM_WAITING],
  harmless: TRTLLM_HARMLESS,
  layout: trtllmLayout,
  degrees: [
    "tensor_parallel_size",
    "pipeline_parallel_size",
    "moe_expert_parallel_size",
    "moe_tensor_parallel_size",
    "enable_attention_dp",
    "context_parallel_size",
    "cp_config.cp_type",
  ],
  drafting: trtllmDrafting,
  withoutGraphs: { flag: "cuda_graph_config", at: "null", isAsked: (value) => value("cuda_graph_config") === "null" },
  always: (facts) => ({
    "cluster.kernels.library": "trtllm",
    "cluster.kernels.launchShare": isFrom(facts.version, "1.1.0rc0") ? "100 %" : "24 %",
    ...hostOf(isFrom(facts.version, "1.1.0rc0") ? trtllmHost : trtllm10Host),
    ...partitionOf(facts),
    ...gateOf(facts),
    ...BY_DECODE,
    ...((facts.layout.context ?? 1) > 1 ? { "parallelism.contextQueries": "whole" } : {}), // Helix. Source: docs/features/helix.md
    ...(facts.model.someWindows && !facts.isStated("kv_cache_config.max_attention_window") ? { "model.windowedCache": "100 %" } : {}),
    "serving.scheduler.kind": "continuous",
    "cluster.gpu.memoryShare": "100 %",
  }),
};
