import { type Facts, type Flag, ignored } from "../flag.ts";
import { algorithmOf, RUNNING_WITH_DRAFTS, staysAhead } from "./speculation.ts";

const ARGS = "python/sglang/srt/server_args.py";
const MEMORY = `${ARGS}, _handle_gpu_memory_settings`;

/** Limits for GPUs with less memory in MiB: the chunk, and the largest captured batch with fewer than four tensor ranks, and with more. */
const BY_MEMORY: readonly (readonly [below: number, chunk: number, few: number, many: number])[] = [
  [20 * 1024, 2048, 8, 8],
  [35 * 1024, 2048, 24, 80],
  [60 * 1024, 4096, 32, 160],
  [160 * 1024, 8192, 256, 512],
  [Number.POSITIVE_INFINITY, 16384, 512, 512],
];

function ofMemory({ gpu }: Facts) {
  return BY_MEMORY.find(([below]) => gpu.mib < below)!;
}

/** Ranks of all data groups: `tp-size`. */
export function ranksOf({ layout }: Facts): number {
  return layout.attention.tensor * layout.attention.data;
}

export function mostCaptured(facts: Facts): number {
  const [, , few, many] = ofMemory(facts);
  return ranksOf(facts) < 4 ? few : many;
}

/** Each data group has a scheduler of its own, with its part of the limits. */
function ofGroup(value: unknown, { layout }: Facts): number {
  return Math.max(1, Math.floor(Number(value) / layout.attention.data));
}

/** Whether the host composes the next step while the GPU computes one. */
export function composesAhead(facts: Facts): boolean {
  return facts.value("disable-overlap-schedule") !== true && facts.layout.pipeline === 1 && staysAhead(facts);
}

export const SGLANG_SCHEDULING: readonly Flag[] = [
  {
    name: "chunked-prefill-size",
    type: "whole",
    says: "by GPU memory: below 35 GiB 2048, 60 GiB 4096, 160 GiB 8192, else 16384; -1: whole prompts. With data-parallel attention it is shared by the data groups",
    unasked: (facts) => ofMemory(facts)[1],
    keys: ["serving.scheduler.tokenBudget"],
    sets: (value, facts) => ({
      "serving.scheduler.tokenBudget": Number(value) > 0 ? ofGroup(value, facts) : Number(facts.value("max-prefill-tokens")),
    }),
    source: MEMORY,
  },
  {
    name: "max-prefill-tokens",
    type: "count",
    says: "16384",
    unasked: () => 16384,
    costs: {
      server: "either",
      about: "a second limit of a batch of prompts, beside the chunk: only the smaller one of a single prompt counts here",
    },
    idle: [16384],
    keys: ["serving.scheduler.tokenBudget"],
    source: ARGS,
  },
  {
    name: "enable-mixed-chunk",
    type: "switch",
    says: "off: prompts first, and nothing is decoded beside them; off with drafts",
    unasked: () => false,
    keys: ["serving.scheduler"],
    sets: (value, facts) => ({
      "serving.scheduler.kind": value === true && algorithmOf(facts) === undefined ? "continuous" : "prefill-first",
    }),
    source: ARGS,
  },
  {
    name: "max-running-requests",
    type: "count",
    says: "2048 to 4096, by the cache and the longest context: 2048 is taken; with drafts 48; shared by the data groups",
    unasked: (facts) => (algorithmOf(facts) === undefined ? undefined : RUNNING_WITH_DRAFTS),
    keys: ["serving.scheduler.maxSequences"],
    sets: (value, facts) => ({ "serving.scheduler.maxSequences": ofGroup(value, facts) }),
    source: "python/sglang/srt/model_executor/model_runner.py, max_num_reqs",
  },
  {
    name: "schedule-policy",
    type: "text",
    choices: ["fcfs", "lpm", "random", "dfs-weight", "lof", "priority", "routing-key"],
    says: "fcfs",
    unasked: () => "fcfs",
    keys: ["serving.scheduler.order"],
    sets: (value) => (value === "priority" ? { "serving.scheduler.order": "priority" } : {}),
    costs: { server: "either", about: "requests are served in the order of their arrival" },
    idle: ["fcfs", "priority"],
    source: ARGS,
  },
  ignored(
    "enable-priority-scheduling",
    "switch",
    { server: "either", about: "state `serving.scheduler.order: priority`" },
    { idle: [false], source: ARGS },
  ),
  {
    name: "schedule-conservativeness",
    type: "number",
    says: "1.0",
    keys: ["serving.kv.admission"],
    costs: {
      server: "either",
      about: "requests are admitted where their prompt fits; SGLang reserves a share of their expected output too",
    },
    idle: [1],
    source: ARGS,
  },
  {
    name: "disable-overlap-schedule",
    type: "switch",
    says: "off; on with n-grams, trees of drafts, and chains where enable-beta-spec is off",
    unasked: () => false,
    keys: ["serving.stepsAhead"],
    sets: (_, facts) => (composesAhead(facts) ? { "serving.stepsAhead": 1 } : {}),
    costs: {
      server: "slower",
      about: "on, the host's time of a step is not hidden; the fitted host time is that of a server that hides it",
    },
    idle: [false],
    source: ARGS,
  },
  {
    name: "scheduler-recv-interval",
    type: "count",
    says: "1",
    keys: ["serving.receiveInterval"],
    sets: (value) => (Number(value) > 1 ? { "serving.receiveInterval": value } : {}),
    source: "python/sglang/srt/managers/scheduler_recv_skipper.py",
  },
  ignored(
    "num-continuous-decode-steps",
    "count",
    { server: "either", about: "prompts wait for so many decode steps" },
    { says: "1", idle: [1], source: ARGS },
  ),
  {
    name: "stream-interval",
    type: "count",
    says: "1",
    keys: ["serving.streamInterval"],
    sets: (value) => (Number(value) > 1 ? { "serving.streamInterval": value } : {}),
    source: ARGS,
  },
  ignored(
    "prefill-delayer",
    "switch",
    { server: "either", about: "prompts wait for other data groups" },
    { also: ["enable-prefill-delayer"], idle: [false], source: ARGS },
  ),
  ignored(
    "enable-lora",
    "switch",
    { server: "slower", about: "adapters add kernels to each layer; how much was not measured here" },
    { idle: [false], source: ARGS },
  ),
];
