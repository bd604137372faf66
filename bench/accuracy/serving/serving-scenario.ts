import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { isWhole, launchKnobs, poolFlags } from "./launch-knobs.ts";
import { hasExperts, modelOf } from "./serving-model.ts";
import { precisionOf } from "./serving-precision.ts";
import type { Engine, Ranks, ServingRun } from "./serving-run.ts";

/** Presets of GPU and network by the name of the table. */
export const MACHINES: Readonly<Record<string, { readonly gpu: string; readonly network: string }>> = {
  h100: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  h200: { gpu: "h200-sxm", network: "hgx-h100-ndr" },
  b200: { gpu: "b200", network: "hgx-b200-ndr" },
};

/** Share of the kernels' launches that the host time of an engine was fitted with: docs/models/scheduling.md#host-time. */
export const LAUNCH_SHARES: Readonly<Record<Engine, string>> = {
  vllm: "60 %",
  trtllm: "100 %",
  sglang: "50 %",
};
const LAUNCH_SHARE_OF_1_0 = "24 %";

/** What the client of these runs adds to TTFT: docs/models/scheduling.md#host-time. */
const CLIENT = "12 ms";

/** Engines as they come: pieces of prompts in passes of 8,192 tokens beside decoding; SGLang decodes no sequence while a prompt waits, unless it is asked to. */
const SCHEDULERS: Readonly<Record<Engine, { kind: string; tokenBudget: number; maxSequences: number }>> = {
  vllm: { kind: "continuous", tokenBudget: 8192, maxSequences: 1024 },
  trtllm: { kind: "continuous", tokenBudget: 8192, maxSequences: 2048 },
  sglang: { kind: "prefill-first", tokenBudget: 8192, maxSequences: 1024 },
};

/** Standard deviation of the logarithm of experts' popularity, as the engines have it: docs/models/scheduling.md#host-time. */
const SIGMA = 0.6;
/** How far outputs of a stated length lie from it, either way. */
const SPREAD_TOKENS = 13;
/** Number of requests of each user. */
const ROUNDS = 10;
const MOST_WORK = "6000 s";

/**
 * AIConfigurator, which launches NVIDIA's runs, asks SGLang to decode beside prompts (its rule `agg enable_mixed_chunk = true`). Its template for 0.5.1 looks
 * for that under another name (`enable-mix-chunk`), and so leaves it out; those from 0.5.3 on do not.
 */
function mixesPrompts({ engine, isDrawn, isTogether, version }: ServingRun): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return engine === "sglang" && !isDrawn && isTogether && (major > 0 || minor > 5 || (minor === 5 && patch >= 3));
}

/** What keeps a run from being said as a scenario, of what its row states; undefined when nothing does. */
export function hindrance(run: ServingRun): string | undefined {
  if (modelOf(run) === undefined) return `${run.model}: no preset`;
  if (MACHINES[run.gpu] === undefined) return `${run.gpu}: no preset`;
  if (!run.isTogether && run.pools === undefined) return "prompts and decoding on workers of their own, whose numbers are not recorded";
  if (!(run.concurrency > 0)) return "no concurrency recorded";
  const workers = run.pools === undefined ? [run] : [run.pools.prefill, run.pools.decode];
  if (hasExperts(run) && workers.some(({ attention, experts }) => experts.expert * experts.tensor !== attention.tensor * attention.data))
    return "ranks of experts that are not those of attention";
  return undefined;
}

/** Degrees of the ranks of a replica; those that data groups of a dense model would be are replicas. */
function parallelismOf(run: ServingRun, { attention, experts }: Ranks): object {
  return hasExperts(run)
    ? { expert: experts.expert, tensor: experts.tensor, attention: { tensor: attention.tensor, data: attention.data } }
    : { tensor: attention.tensor, attention: { tensor: attention.tensor, data: 1 } };
}

/** Ranks of replicas that do both, or of pools; `withFlags` adds what launch scripts state of each. */
function deploymentOf(run: ServingRun, withFlags = false): object {
  const replicas = ({ attention }: Ranks) => (hasExperts(run) ? 1 : attention.data);
  if (run.pools === undefined) return { parallelism: { ...parallelismOf(run, run), data: replicas(run) } };
  const flags = withFlags ? poolFlags(run) : {};
  return {
    pools: (["prefill", "decode"] as const).map((role) => ({
      role,
      count: run.pools![role].count * replicas(run.pools![role]),
      parallelism: parallelismOf(run, run.pools![role]),
      ...(flags[role] === undefined ? {} : { engine: { flags: flags[role] } }),
    })),
  };
}

/**
 * Data groups gather all tokens, as engines do unless they are asked for an all-to-all: vLLM's `allgather_reducescatter`, SGLang's `--moe-a2a-backend none`,
 * TensorRT-LLM's CUTLASS kernels. DeepSeek's gate is that of its config.json (`n_group`, `topk_group`).
 */
function routingOf(run: ServingRun): object {
  const { prefill, decode } = run.pools ?? { prefill: run, decode: run };
  const isGathered = hasExperts(run) && prefill.attention.data + decode.attention.data > 2;
  return {
    ...(modelOf(run) === "deepseek-v3" ? { gate: { kind: "grouped", groups: 8, limit: 4, sigma: SIGMA } } : {}),
    ...(isGathered ? { exchange: "all-gather" } : {}),
    ...(run.pools === undefined ? {} : { resolution: "law" }),
  };
}

/**
 * How a run is said: with what its script states, or with the roofline alone; or as one writes it who knows model, machines, degrees and load, with `engine`
 * alone, with `engine: ideal`, or with the engine and what its launch line states.
 */
export type Statement = "fitted" | "roofline" | "engine" | "ideal" | "launched";

/** The run as a scenario of presets. */
export function scenarioOf(run: ServingRun, statement: Statement): Scenario {
  if (statement === "engine" || statement === "ideal") return plainScenario(run, statement);
  if (statement === "launched") return launchedScenario(run);
  return knownScenario(run, statement);
}

/** Model and formats of its checkpoint, machines, degrees and load, and of the server its name and version at most. */
function plainScenario(run: ServingRun, statement: "engine" | "ideal"): Scenario {
  const { gpu, network } = MACHINES[run.gpu]!;
  const { kvCache: _, ...formats } = precisionOf(run).precision;
  return parseScenario({
    tokenyard: 1,
    model: { preset: modelOf(run), precision: formats },
    cluster: { gpu, network },
    engine: statement === "ideal" ? "ideal" : { name: run.engine, ...versionOf(run) },
    ...deploymentOf(run),
    ...(hasExperts(run) ? { routing: { resolution: "law" } } : {}),
    mostWork: MOST_WORK,
    workload: { ...loadOf(run), client: CLIENT },
    ...(statement === "ideal" ? { serving: { scheduler: "continuous" } } : {}),
  });
}

/** The engine by its version, with what the launch line states of it; experts by the law, as a run of theirs takes seconds otherwise. */
function launchedScenario(run: ServingRun): Scenario {
  const { gpu, network } = MACHINES[run.gpu]!;
  const { tokenBudget, maxSequences, capturedTokens, waits, flags } = run.isTogether ? launchKnobs(run, modelOf(run) ?? "") : {};
  const scheduler = {
    ...(mixesPrompts(run) ? { kind: "continuous" } : {}),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    ...(maxSequences === undefined ? {} : { maxSequences: Math.min(maxSequences, tokenBudget ?? SCHEDULERS[run.engine].tokenBudget) }),
  };
  return parseScenario({
    tokenyard: 1,
    model: { preset: modelOf(run), ...precisionOf(run) },
    cluster: { gpu, network },
    engine: { name: run.engine, ...versionOf(run), ...(flags && { flags }) },
    ...deploymentOf(run, true),
    routing: { ...routingOf(run), ...(hasExperts(run) ? { resolution: "law" } : {}) },
    mostWork: MOST_WORK,
    workload: { ...loadOf(run, isWhole(run)), client: CLIENT },
    serving: {
      ...(Object.keys(scheduler).length === 0 ? {} : { scheduler }),
      ...(capturedTokens === undefined ? {} : { stepOverhead: { capturedTokens } }),
      ...waits,
    },
  });
}

/** Nothing of a nightly, nor of a version of Dynamo (0.8) in place of TensorRT-LLM's, for which the engine's own version stands. */
function versionOf({ engine, version }: ServingRun): object {
  if (engine === "trtllm" && version.startsWith("0.")) return {};
  return version === "" || version.startsWith("nightly") || version.includes("dev") ? {} : { version };
}

/** A closed load: one request of each user at the start, and ten times as many in all. `isExact`: all lengths are exactly as stated. */
function loadOf(run: ServingRun, isExact = false): object {
  const drawn = (tokens: number, least: number, most: number) => ({
    kind: "uniform",
    from: Math.max(1, Math.round(least * tokens)),
    to: Math.round(most * tokens),
  });
  const promptTokens = run.isDrawn ? drawn(run.promptTokens, 0.8, 1) : run.promptTokens;
  const isSpread = !isExact && (SCHEDULERS[run.engine].kind === "continuous" || mixesPrompts(run)); // others stay in step
  const { outputTokens: stated } = run;
  const fixed = isSpread ? { kind: "uniform", from: Math.max(1, stated - SPREAD_TOKENS), to: stated + SPREAD_TOKENS } : stated;
  const outputTokens = run.isDrawn ? drawn(run.outputTokens, 0.8, 1) : fixed;
  return { kind: "closed", requests: ROUNDS * run.concurrency, concurrency: run.concurrency, promptTokens, outputTokens };
}

/** The version whose host time and launches were fitted apart. */
function isOld({ engine, version }: ServingRun): boolean {
  return engine === "trtllm" && version.startsWith("1.0");
}

function knownScenario(run: ServingRun, kernels: "fitted" | "roofline"): Scenario {
  const { gpu, network } = MACHINES[run.gpu]!;
  const isFitted = kernels === "fitted";
  const { tokenBudget, maxSequences, capturedTokens, waits } = launchKnobs(run, modelOf(run) ?? "");
  const scheduler = { ...SCHEDULERS[run.engine], ...(mixesPrompts(run) ? { kind: "continuous" } : {}) };
  const budget = tokenBudget ?? scheduler.tokenBudget;
  const launchShare = isOld(run) ? LAUNCH_SHARE_OF_1_0 : LAUNCH_SHARES[run.engine];
  const isAhead = run.engine === "vllm" ? !run.version.startsWith("0.12") : !isWhole(run);
  return parseScenario({
    tokenyard: 1,
    model: { preset: modelOf(run), ...precisionOf(run) },
    cluster: {
      gpu,
      network: isFitted ? network : { preset: network, allReduce: "fastest" },
      kernels: isFitted ? { kind: "fitted", library: run.engine, launchShare } : "roofline",
    },
    engine: "ideal",
    ...deploymentOf(run),
    routing: { ...(hasExperts(run) ? { gate: { kind: "lognormal", sigma: SIGMA } } : {}), ...routingOf(run) },
    ...(run.pools === undefined ? {} : { mostWork: MOST_WORK }),
    workload: { ...loadOf(run, isWhole(run)), client: isFitted ? CLIENT : "0 s" },
    serving: {
      scheduler: { ...scheduler, tokenBudget: budget, maxSequences: Math.min(budget, maxSequences ?? scheduler.maxSequences) },
      kv: {},
      ...(isFitted
        ? {
            stepOverhead: { preset: isOld(run) ? "trtllm-1.0" : run.engine, ...(capturedTokens === undefined ? {} : { capturedTokens }) },
            ...(isAhead ? { stepsAhead: 1 } : {}),
            ...waits,
          }
        : {}),
    },
  });
}
