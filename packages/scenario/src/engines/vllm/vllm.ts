import { vllmHost } from "../../presets/engines/vllm.ts";
import type { Engine } from "../flag.ts";
import { hostOf } from "../host.ts";
import { VLLM_HARMLESS } from "./harmless.ts";
import { VLLM_LAYOUT, vllmLayout } from "./layout.ts";
import { VLLM_MEMORY } from "./memory.ts";
import { VLLM_SCHEDULING } from "./scheduling.ts";

export const vllm: Engine = {
  name: "vllm",
  title: "vLLM",
  versions: { oldest: "0.8", newest: "0.33", assumed: "0.19" },
  flags: [...VLLM_LAYOUT, ...VLLM_SCHEDULING, ...VLLM_MEMORY],
  harmless: VLLM_HARMLESS,
  layout: vllmLayout,
  degrees: ["tensor-parallel-size", "pipeline-parallel-size", "data-parallel-size", "enable-expert-parallel"],
  always: ({ model, layout }) => ({
    "cluster.kernels.library": "vllm",
    "cluster.kernels.launchShare": "45 %",
    ...hostOf(vllmHost),
    "serving.scheduler.kind": "continuous",
    ...(model.keeps.states || model.keeps.windows ? { "serving.kv.states.kind": "paged" } : {}), // one page size for all groups of layers
    // Sequence-parallel experts: docs/models.md#sequence-parallel-exchanges.
    ...(model.experts &&
    !model.latent &&
    !model.name.startsWith("glm") &&
    layout.attention.tensor > 1 &&
    layout.attention.data > 1 &&
    layout.expert > 1
      ? { "routing.sequenceParallel": "slice" }
      : {}),
  }),
};
