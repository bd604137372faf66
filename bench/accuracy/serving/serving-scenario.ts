import { parseScenario, type Scenario } from "@tokenyard/scenario";
import type { Engine, ServingRun } from "./serving-run.ts";

/** The preset of a checkpoint, by its name without its owner. */
const MODELS: readonly (readonly [name: RegExp, preset: string])[] = [
  [/^Llama-3\.1-70B/, "llama-3.1-70b"],
  [/^Llama-3\.1-8B/, "llama-3.1-8b"],
  [/^Qwen3-32B/, "qwen3-32b"],
  [/^Qwen3-30B-A3B/, "qwen3-30b-a3b"],
  [/^Qwen3-235B-A22B/, "qwen3-235b-a22b"],
  [/^gpt-oss-120b$/, "gpt-oss-120b"],
  [/^MiniMax-M2(\.5)?$/, "minimax-m2"],
  [/^DeepSeek-(V3|V3\.1|R1)(-|$)/, "deepseek-v3"],
  [/^Kimi-K2/, "kimi-k2"],
];

const MACHINES: Readonly<Record<string, { readonly gpu: string; readonly network: string }>> = {
  h100: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  h200: { gpu: "h200-sxm", network: "hgx-h100-ndr" },
  b200: { gpu: "b200", network: "hgx-b200-ndr" },
};

/** Host time of an engine and the share of launches that goes with it: docs/models.md#host-time. */
const HOSTS: Readonly<Record<Engine, { step: string; layer: string; request: string; launchShare: string }>> = {
  vllm: { step: "27 us", layer: "40 us", request: "7 us", launchShare: "45 %" },
  trtllm: { step: "356 us", layer: "10 us", request: "4.6 us", launchShare: "100 %" }, // 108 %, but no kernel takes more than alone
  sglang: { step: "2.04 ms", layer: "3.9 us", request: "17 us", launchShare: "49 %" },
};

/** Engines as they come: pieces of prompts in passes of 8,192 tokens beside decoding; SGLang decodes nobody while a prompt waits. */
const SCHEDULERS: Readonly<Record<Engine, { kind: string; tokenBudget: number; maxSequences: number }>> = {
  vllm: { kind: "continuous", tokenBudget: 8192, maxSequences: 1024 },
  trtllm: { kind: "continuous", tokenBudget: 8192, maxSequences: 2048 },
  sglang: { kind: "prefill-first", tokenBudget: 8192, maxSequences: 1024 },
};

/** The preset of a checkpoint; undefined when there is none. */
export function modelNamed(model: string): string | undefined {
  const name = model.slice(model.indexOf("/") + 1);
  return MODELS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Share of launches that goes with the host time of an engine, as a scenario file has it. */
export function launchShareOf(engine: Engine): string {
  return HOSTS[engine].launchShare;
}

export function modelOf({ model }: ServingRun): string | undefined {
  return modelNamed(model);
}

/** Whether its model has experts; a row of a dense one states its ranks as those of experts, or none. */
export function hasExperts(run: ServingRun): boolean {
  return !/^(llama-3|qwen3-32b)/.test(modelOf(run) ?? "");
}

/** What keeps a run from being said as a scenario, of what its row states; undefined when nothing does. */
export function hindrance(run: ServingRun): string | undefined {
  if (modelOf(run) === undefined) return `${run.model}: no preset`;
  if (MACHINES[run.gpu] === undefined) return `${run.gpu}: no preset`;
  if (!run.isTogether) return "prompts and decoding on workers of their own";
  if (!(run.concurrency > 0)) return "no concurrency recorded";
  const { attention, experts } = run;
  if (hasExperts(run) && experts.expert * experts.tensor !== attention.tensor * attention.data)
    return "ranks of experts that are not those of attention";
  return undefined;
}

/** The run as a scenario of presets, with fitted kernels and collectives and the host's time, or with the roofline alone. */
export function scenarioOf(run: ServingRun, kernels: "fitted" | "roofline"): Scenario {
  const { gpu, network } = MACHINES[run.gpu]!;
  const { launchShare, ...stepOverhead } = HOSTS[run.engine];
  const isFitted = kernels === "fitted";
  const lengths = (tokens: number) => (run.isDrawn ? { kind: "uniform", from: Math.max(1, Math.round(0.8 * tokens)), to: tokens } : tokens);
  const { attention, experts } = run;
  return parseScenario({
    tokenyard: 1,
    model: { preset: modelOf(run), ...precisionOf(run) },
    cluster: {
      gpu,
      network: isFitted ? network : { preset: network, allReduce: "fastest" },
      kernels: isFitted ? { kind: "fitted", library: run.engine, launchShare } : "roofline",
    },
    parallelism: hasExperts(run)
      ? { expert: experts.expert, tensor: experts.tensor, attention: { tensor: attention.tensor, data: attention.data } }
      : { tensor: attention.tensor, attention: { tensor: attention.tensor, data: 1 }, data: attention.data },
    workload: {
      kind: "closed",
      requests: 10 * run.concurrency,
      concurrency: run.concurrency,
      promptTokens: lengths(run.promptTokens),
      outputTokens: lengths(run.outputTokens),
    },
    serving: { scheduler: SCHEDULERS[run.engine], kv: {}, ...(isFitted ? { stepOverhead } : {}) },
  });
}

/** Formats of the weights; gpt-oss is published in one mixture only, Kimi's four bits are of its experts. */
function precisionOf(run: ServingRun): object {
  if (modelOf(run) === "gpt-oss-120b") return {};
  const { format } = run;
  if (format === "int4_wo") return { precision: { weights: "bf16", experts: "int4", compute: "bf16" } };
  if (format === "nvfp4") return { precision: { weights: "nvfp4" } };
  return format.startsWith("fp8") ? { precision: { weights: "fp8" } } : {};
}
