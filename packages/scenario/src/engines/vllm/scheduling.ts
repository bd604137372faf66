import { type Facts, type Flag, ignored } from "../flag.ts";
import { isFrom } from "../version.ts";
import { draftingSlots, staysAhead } from "./speculation.ts";

const SCHEDULER = "vllm/config/scheduler.py";
const ARGS = "vllm/engine/arg_utils.py, get_batch_defaults";
const MIB_70 = 70 * 1024;

/** 70 GiB and more, and no A100: vLLM then has larger limits. */
function isLarge({ gpu }: Facts): boolean {
  return gpu.mib >= MIB_70 && !gpu.name.startsWith("a100");
}

/** Tokens that a pass schedules: those of the budget that drafts leave. */
function scheduled(budget: number, facts: Facts): number {
  return Math.max(1, budget - draftingSlots(facts) * Number(facts.value("max-num-seqs")));
}

export const VLLM_SCHEDULING: readonly Flag[] = [
  {
    name: "max-num-batched-tokens",
    type: "count",
    says: "8192 on GPUs of 70 GiB and more but A100s, else 2048; never below max-num-seqs; parallel drafts and draft models take slots of it",
    unasked: (facts) => Math.max(isLarge(facts) ? 8192 : 2048, Number(facts.isStated("max-num-seqs") ? facts.value("max-num-seqs") : 0)),
    keys: ["serving.scheduler.tokenBudget"],
    sets: (value, facts) => ({ "serving.scheduler.tokenBudget": scheduled(Number(value), facts) }),
    source: `${ARGS}; vllm/config/vllm.py, _set_max_num_scheduled_tokens`,
  },
  {
    name: "max-num-seqs",
    type: "count",
    says: "1024 on GPUs of 70 GiB and more but A100s, else 256; never above max-num-batched-tokens",
    unasked: (facts) =>
      facts.isStated("max-num-batched-tokens")
        ? Math.min(isLarge(facts) ? 1024 : 256, Number(facts.value("max-num-batched-tokens")))
        : isLarge(facts)
          ? 1024
          : 256,
    keys: ["serving.scheduler.maxSequences"],
    sets: (value) => ({ "serving.scheduler.maxSequences": value }),
    source: ARGS,
  },
  {
    name: "enable-chunked-prefill",
    type: "switch",
    says: "on",
    unasked: () => true,
    keys: ["serving.scheduler"],
    costs: { server: "either", about: "off, prompts are computed whole; they are simulated in chunks of the budget" },
    idle: [true],
    source: SCHEDULER,
  },
  {
    name: "scheduling-policy",
    type: "text",
    choices: ["fcfs", "priority"],
    says: "fcfs",
    unasked: () => "fcfs",
    keys: ["serving.scheduler.order"],
    sets: (value) => (value === "priority" ? { "serving.scheduler.order": "priority" } : {}),
    source: SCHEDULER,
  },
  {
    name: "async-scheduling",
    type: "switch",
    says: "on from 0.14, but not with pipelines, nor with drafts of n-grams and suffixes",
    unasked: (facts) => isFrom(facts.version, "0.14") && facts.layout.pipeline === 1 && staysAhead(facts),
    keys: ["serving.stepsAhead"],
    sets: (value) => (value === true ? { "serving.stepsAhead": 1 } : {}),
    costs: { server: "slower", about: "off, the host's time of a step is not hidden; the fitted host time is that of servers with it" },
    idle: [true],
    source: SCHEDULER,
  },
  {
    name: "stream-interval",
    type: "count",
    says: "1",
    keys: ["serving.streamInterval"],
    sets: (value) => (Number(value) > 1 ? { "serving.streamInterval": value } : {}),
    source: `${SCHEDULER}; vllm/v1/engine/output_processor.py`,
  },
  ignored(
    "long-prefill-token-threshold",
    "whole",
    { server: "either", about: "long prompts are cut into smaller chunks, so that short ones wait less" },
    { says: "0", idle: [0], source: SCHEDULER },
  ),
  ignored(
    "max-num-partial-prefills",
    "count",
    { server: "either", about: "more prompts are computed side by side" },
    { says: "1", idle: [1], source: SCHEDULER },
  ),
  ignored(
    "max-long-partial-prefills",
    "count",
    { server: "either", about: "more long prompts are computed side by side" },
    { says: "1", idle: [1], source: SCHEDULER },
  ),
  ignored(
    "prefill-schedule-interval",
    "count",
    { server: "either", about: "prompts wait for a step of their own" },
    { says: "1", idle: [1], source: SCHEDULER },
  ),
  ignored(
    "enable-lora",
    "switch",
    { server: "slower", about: "adapters add kernels to each layer; how much was not measured here" },
    { idle: [false], source: "vllm/config/lora.py" },
  ),
];
