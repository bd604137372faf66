import type { SeriesLabel } from "@tokenyard/scenario";

export type FamilyType = "gauge" | "counter" | "histogram";

/** A set of series with one name, as they are exported. */
export interface Family {
  readonly key: FamilyKey;
  /** Without `_total` and the like. */
  readonly name: string;
  readonly type: FamilyType;
  readonly labels: readonly SeriesLabel[];
  readonly help: string;
  /** OpenMetrics wants the name to end in it. */
  readonly unit?: "ratio" | "seconds" | "bytes";
  /** [buckets] upper bounds of a histogram, the infinite one left out */
  readonly bounds?: readonly number[];
}

/** Operations of communication: around the microseconds of a small one and the 5 ms of the plan. */
const OP_BOUNDS = [
  2e-6, 5e-6, 1e-5, 2e-5, 3e-5, 5e-5, 7.5e-5, 1e-4, 1.5e-4, 2e-4, 3e-4, 5e-4, 7.5e-4, 1e-3, 1.5e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3, 8e-3,
  1e-2, 2e-2, 5e-2, 0.1, 0.5, 1, 10,
];
/** As vLLM has them, with edges below for small models. */
const LATENCY_BOUNDS = [1e-3, 5e-3, 1e-2, 2e-2, 4e-2, 6e-2, 8e-2, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];
const GAP_BOUNDS = [5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 7.5e-2, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10];

const REPLICA = ["replica"] as const;
const RANK = ["replica", "rank"] as const;

/** What a run is sampled by. Source: docs/alerts.md. */
export const FAMILIES = [
  gauge(
    "expertCapacityUse",
    "expert_capacity_use",
    ["replica", "layer", "expert"],
    "copies routed to an expert since the last sample over those that it may take",
    "ratio",
  ),
  counter(
    "expertCopies",
    "expert_copies",
    ["replica", "layer", "expert"],
    "copies of tokens routed to an expert, before any are over its capacity",
  ),
  gauge("computeUse", "rank_compute_use", RANK, "share of the time since the last sample in which kernels ran", "ratio"),
  gauge("networkUse", "rank_network_use", RANK, "share of the time since the last sample in which the rank sent or received", "ratio"),
  gauge("memoryBandwidthUse", "rank_memory_bandwidth_use", RANK, "bytes of memory since the last sample over the peak", "ratio"),
  gauge("memory", "rank_memory", RANK, "memory of the GPU", "bytes"),
  gauge("memoryShare", "rank_memory_set_aside", RANK, "weights, workspace and all of the cache over the memory of the GPU", "ratio"),
  gauge(
    "memoryUse",
    "rank_memory_use",
    RANK,
    "weights, workspace and what sequences hold of the cache over the memory of the GPU",
    "ratio",
  ),
  gauge("kvUse", "kv_use", REPLICA, "blocks of the cache that sequences hold over all of the replica", "ratio"),
  gauge("running", "requests_running", REPLICA, "sequences that are served"),
  gauge("waiting", "requests_waiting", REPLICA, "requests that wait in a replica"),
  gauge("inFlight", "requests_in_flight", [], "requests that have come and not left"),
  counter("tokens", "tokens", REPLICA, "tokens of prompts that were computed, and tokens put out"),
  counter("promptTokens", "prompt_tokens", REPLICA, "tokens of prompts that were computed"),
  counter("outputTokens", "output_tokens", REPLICA, "tokens put out"),
  gauge("gpus", "gpus", REPLICA, "GPUs of the replica, lost ones too"),
  counter("finished", "requests_finished", [], "requests that have had their last token"),
  counter("failed", "requests_failed", [], "requests that a fault ended"),
  counter("rejected", "requests_rejected", [], "requests that were refused"),
  counter("preempted", "preemptions", [], "sequences that gave up their blocks"),
  gauge("faults", "faults", [], "faults that are in force"),
  gauge("replicasDown", "replica_down", REPLICA, "1 while a replica computes nothing for a fault"),
  histogram(
    "collective",
    "collective",
    ["op"],
    "an operation of communication on its slowest rank, from when its group is there",
    OP_BOUNDS,
  ),
  histogram("ttft", "time_to_first_token", [], "from arrival to the first token, of requests that have ended", LATENCY_BOUNDS),
  histogram("tpot", "time_per_output_token", [], "mean gap between the tokens of a request that has ended", GAP_BOUNDS),
  histogram("e2e", "request_latency", [], "from arrival to the last token", LATENCY_BOUNDS),
] as const satisfies readonly Family[];

export type FamilyKey =
  | "expertCapacityUse"
  | "expertCopies"
  | "computeUse"
  | "networkUse"
  | "memoryBandwidthUse"
  | "memory"
  | "memoryShare"
  | "memoryUse"
  | "kvUse"
  | "running"
  | "waiting"
  | "inFlight"
  | "tokens"
  | "promptTokens"
  | "outputTokens"
  | "gpus"
  | "finished"
  | "failed"
  | "rejected"
  | "preempted"
  | "faults"
  | "replicasDown"
  | "collective"
  | "ttft"
  | "tpot"
  | "e2e";

export function familyOf(key: FamilyKey): Family {
  return BY_KEY.get(key)!;
}

const BY_KEY: ReadonlyMap<string, Family> = new Map(FAMILIES.map((family) => [family.key, family]));

/** Numbers that a series of `family` has in a sample: of a histogram, its buckets up to the infinite one, and the sum. */
export function widthOf({ bounds }: Pick<Family, "bounds">): number {
  return bounds === undefined ? 1 : bounds.length + 2;
}

function gauge(key: FamilyKey, name: string, labels: readonly SeriesLabel[], help: string, unit?: "ratio" | "bytes"): Family {
  return { key, name: named(name, unit), type: "gauge", labels, help, ...(unit === undefined ? {} : { unit }) };
}

function counter(key: FamilyKey, name: string, labels: readonly SeriesLabel[], help: string): Family {
  return { key, name: named(name), type: "counter", labels, help };
}

function histogram(key: FamilyKey, name: string, labels: readonly SeriesLabel[], help: string, bounds: readonly number[]): Family {
  return { key, name: named(name, "seconds"), type: "histogram", labels, help, unit: "seconds", bounds };
}

function named(name: string, unit?: string): string {
  return `tokenyard_${name}${unit === undefined ? "" : `_${unit}`}`;
}
