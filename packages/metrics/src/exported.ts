import type { FamilyType } from "./families/described.ts";
import { FAMILIES, type Family, type FamilyKey, familyOf } from "./family.ts";
import type { Columns, Sample } from "./sample.ts";

/** A family under the name and with the labels under which it is exported. */
export interface Exported {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly unit?: string;
  readonly bounds?: readonly number[];
  /** Of the first of these its series are. */
  readonly of: readonly FamilyKey[];
  /** [labels] of those of its family, and what they are called */
  readonly labels: readonly { readonly at: number; readonly name: string }[];
  /** From what families say of a series; none: it is as the first says. */
  readonly value?: (first: number, second: number) => number;
}

const MIB = 1024 * 1024;

/** All that can be exported: under names of our own, and under those that engines and exporters have. Source: docs/alerts.md#names. */
export const EXPORTED: readonly Exported[] = [
  ...FAMILIES.map(own),
  alias("vllm:num_requests_running", "running", engineLabel()),
  alias("vllm:num_requests_waiting", "waiting", engineLabel()),
  alias("vllm:kv_cache_usage_perc", "kvUse", engineLabel()),
  alias("vllm:prompt_tokens", "answeredPromptTokens"),
  alias("vllm:generation_tokens", "outputTokens", engineLabel()),
  alias("vllm:num_preemptions", "preempted"),
  alias("vllm:request_success", "finished"),
  alias("vllm:prefix_cache_queries", "soughtTokens", engineLabel()),
  alias("vllm:prefix_cache_hits", "hitTokens", engineLabel()),
  alias("vllm:request_queue_time_seconds", "queue"),
  alias("vllm:request_prefill_time_seconds", "prefill"),
  alias("vllm:time_to_first_token_seconds", "ttft"),
  alias("vllm:request_time_per_output_token_seconds", "tpot"),
  alias("vllm:e2e_request_latency_seconds", "e2e"),
  alias("sglang:num_running_reqs", "running"),
  alias("sglang:num_queue_reqs", "waiting"),
  alias("sglang:token_usage", "kvUse"),
  alias("sglang:cache_hit_rate", "hitShare"),
  alias("sglang:prompt_tokens", "answeredPromptTokens"),
  alias("sglang:generation_tokens", "outputTokens"),
  alias("sglang:time_to_first_token_seconds", "ttft"),
  alias("sglang:e2e_request_latency_seconds", "e2e"),
  alias("dynamo_frontend_inflight_requests", "inFlight"),
  alias("dynamo_frontend_queued_requests", "waiting"),
  alias("dynamo_frontend_requests", "finished"),
  alias("dynamo_frontend_output_tokens", "outputTokens"),
  alias("dynamo_frontend_time_to_first_token_seconds", "ttft"),
  alias("dynamo_frontend_request_duration_seconds", "e2e"),
  alias("dynamo_component_kvstats_gpu_cache_usage_percent", "kvUse"),
  {
    ...alias("DCGM_FI_DEV_FB_USED", "memoryShare", gpuLabel()),
    of: ["memoryShare", "memory"],
    value: (share, bytes) => (share * bytes) / MIB,
  },
  {
    ...alias("DCGM_FI_DEV_FB_FREE", "memoryShare", gpuLabel()),
    of: ["memoryShare", "memory"],
    value: (share, bytes) => ((1 - share) * bytes) / MIB,
  },
  { ...alias("DCGM_FI_DEV_GPU_UTIL", "computeUse", gpuLabel()), value: (share) => share * 100 },
  alias("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "computeUse", gpuLabel()),
  alias("DCGM_FI_PROF_DRAM_ACTIVE", "memoryBandwidthUse", gpuLabel()),
];

/** Those of `EXPORTED` that `sample` has, and that one of `patterns` means. None: all. */
export function exportedOf(sample: Sample, patterns: readonly string[] = []): Exported[] {
  return EXPORTED.filter(
    (each) =>
      each.of.every((key) => sample.of(key) !== undefined) && (patterns.length === 0 || patterns.some((pattern) => isMeant(each, pattern))),
  );
}

/** Whether `pattern`, in which `*` stands for anything, means its name or that of a line of it. */
export function isMeant(exported: Exported, pattern: string): boolean {
  const wanted = new RegExp(`^${pattern.replaceAll(/[^\w:*]/g, "\\$&").replaceAll(/\*+/g, ".*")}$`);
  return namesOf(exported).some((name) => wanted.test(name));
}

/** What it is called, and its lines. */
export function namesOf({ name, type }: Exported): readonly string[] {
  const ends = type === "counter" ? ["_total"] : type === "histogram" ? ["_bucket", "_sum", "_count"] : [];
  return [name, ...ends.map((end) => name + end)];
}

/** Lines that one sample of it takes. */
export function linesOf({ bounds }: Exported, { series }: Columns): number {
  return series.length * (bounds === undefined ? 1 : bounds.length + 3);
}

function own({ key, name, type, help, labels, unit, bounds }: Family): Exported {
  return {
    name,
    type,
    help,
    of: [key],
    labels: labels.map((label, at) => ({ at, name: label })),
    ...(unit === undefined ? {} : { unit }),
    ...(bounds === undefined ? {} : { bounds }),
  };
}

function alias(name: string, key: FamilyKey, labels?: Exported["labels"]): Exported {
  const family = own(familyOf(key));
  const { unit: _, ...rest } = family;
  return { ...rest, name, help: `as ${family.name}`, labels: labels ?? family.labels };
}

/** vLLM numbers its engines. */
function engineLabel(): Exported["labels"] {
  return [{ at: 0, name: "engine" }];
}

/** DCGM numbers GPUs; ranks are numbered through all replicas. */
function gpuLabel(): Exported["labels"] {
  return [{ at: 1, name: "gpu" }];
}
