import { counter, gauge, histogram, LAYER, RANK, REPLICA } from "./described.ts";

/** Operations of communication: around the microseconds of a small one and the 5 ms of the plan. */
const OP_BOUNDS = [
  2e-6, 5e-6, 1e-5, 2e-5, 3e-5, 5e-5, 7.5e-5, 1e-4, 1.5e-4, 2e-4, 3e-4, 5e-4, 7.5e-4, 1e-3, 1.5e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3, 8e-3,
  1e-2, 2e-2, 5e-2, 0.1, 0.5, 1, 10,
];

/** Metrics of experts, ranks and replicas. */
export const WORK_FAMILIES = [
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
  counter("droppedCopies", "expert_copies_dropped", LAYER, "copies over the capacity of their expert that were not computed"),
  counter("reroutedCopies", "expert_copies_rerouted", LAYER, "copies over the capacity of their expert that another one computed"),
  counter("maskedCopies", "expert_copies_masked", LAYER, "copies to overloaded or missing experts that were left out"),
  gauge("droppedShare", "layer_dropped", LAYER, "copies dropped since the last sample over those that were routed", "ratio"),
  gauge("computeUse", "rank_compute_use", RANK, "share of the time since the last sample in which kernels ran", "ratio"),
  gauge("networkUse", "rank_network_use", RANK, "share of the time since the last sample in which the rank sent or received", "ratio"),
  gauge("memoryBandwidthUse", "rank_memory_bandwidth_use", RANK, "bytes of memory since the last sample over the peak", "ratio"),
  gauge(
    "flopsUse",
    "rank_flops_use",
    RANK,
    "FLOPs since the last sample over the peak; those of a stage are shared out by the time in which kernels of its ranks ran",
    "ratio",
  ),
  gauge("expertUse", "rank_expert_use", RANK, "share of the time since the last sample in which kernels of routed experts ran", "ratio"),
  gauge("memory", "rank_memory", RANK, "memory of the GPU", "bytes"),
  gauge("memoryShare", "rank_memory_set_aside", RANK, "weights, workspace and all of the cache over the memory of the GPU", "ratio"),
  gauge(
    "memoryUse",
    "rank_memory_use",
    RANK,
    "weights, workspace and what sequences hold of the cache over the memory of the GPU",
    "ratio",
  ),
  gauge("rankKvUse", "rank_kv_use", RANK, "blocks of the cache of the rank's data group that sequences hold over all of it", "ratio"),
  counter("tokens", "tokens", REPLICA, "tokens of prompts that were computed, and tokens put out"),
  counter("promptTokens", "prompt_tokens", REPLICA, "tokens of prompts that were computed"),
  counter("outputTokens", "output_tokens", REPLICA, "tokens put out"),
  counter("draftSteps", "draft_steps", REPLICA, "steps of sequences that verified drafts"),
  counter("draftTokens", "draft_tokens", REPLICA, "drafts in those steps"),
  counter("acceptedTokens", "accepted_draft_tokens", REPLICA, "of those, that were accepted and are out"),
  counter(
    "acceptedByPosition",
    "accepted_draft_tokens_by_position",
    ["replica", "position"],
    "drafts at each position of a step, from 0 on, that were accepted and are out",
  ),
  counter("passes", "passes", REPLICA, "passes that have left the last stage"),
  gauge("gpus", "gpus", REPLICA, "GPUs of the replica, lost ones too"),
  gauge("faults", "faults", [], "faults that are in force"),
  gauge("replicasDown", "replica_down", REPLICA, "1 while a replica computes nothing for a fault"),
  histogram(
    "collective",
    "collective",
    ["op"],
    "an operation of communication on its slowest rank, from when its group is there",
    OP_BOUNDS,
  ),
] as const;
