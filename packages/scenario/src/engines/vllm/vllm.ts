import { vllmHost } from "../../presets/engines/vllm.ts";
import { BY_DECODE, type Engine, type Facts, gateOf, partitionOf } from "../flag.ts";
import { hostOf, hostOfDrafts } from "../host.ts";
import { isFrom } from "../version.ts";
import { asksNoGraphs } from "./graphs.ts";
import { VLLM_HARMLESS, VLLM_LONG_NAMES } from "./harmless.ts";
import { VLLM_LAYOUT, vllmLayout } from "./layout.ts";
import { VLLM_MEMORY } from "./memory.ts";
import { VLLM_SCHEDULING } from "./scheduling.ts";
import { VLLM_SPECULATION, vllmDrafting } from "./speculation.ts";

/** Whether each rank of a data group exchanges a slice of its tokens. Source: docs/models/exchanges.md#sequence-parallel-exchanges. */
function exchangesSlices({ model, layout }: Facts): boolean {
  const { attention, expert } = layout;
  const isDeepSeek = model.latent || model.sparseLatent || model.name.startsWith("glm");
  return model.experts && !isDeepSeek && attention.tensor > 1 && attention.data > 1 && expert > 1;
}

export const vllm: Engine = {
  name: "vllm",
  title: "vLLM",
  versions: { oldest: "0.8", newest: "0.33", assumed: "0.19" },
  flags: [...VLLM_LAYOUT, ...VLLM_SCHEDULING, ...VLLM_SPECULATION, ...VLLM_MEMORY],
  harmless: VLLM_HARMLESS,
  layout: vllmLayout,
  degrees: [
    "tensor-parallel-size",
    "pipeline-parallel-size",
    "data-parallel-size",
    "enable-expert-parallel",
    "decode-context-parallel-size",
  ],
  drafting: vllmDrafting,
  withoutGraphs: { flag: "enforce-eager", at: true, isAsked: asksNoGraphs },
  longNames: VLLM_LONG_NAMES,
  always: (facts) => ({
    "cluster.kernels.library": "vllm",
    "cluster.kernels.launchShare": "60 %",
    ...hostOf(vllmHost),
    ...hostOfDrafts(facts, facts.value("async-scheduling") === true, "1.4 ms", "550 us"),
    "serving.scheduler.kind": "continuous",
    ...partitionOf(facts),
    ...gateOf(facts),
    "serving.logitBytes": isFrom(facts.version, "0.17") ? 14 : 30, // without and with a sort. Source: docs/models/memory.md#sampling
    ...BY_DECODE,
    ...(facts.model.keeps.states || facts.model.keeps.windows ? { "serving.kv.states.kind": "paged" } : {}), // one page size for all groups of layers
    ...(exchangesSlices(facts) ? { "routing.sequenceParallel": "slice" } : {}),
  }),
};
