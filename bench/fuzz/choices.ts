import type { Tree } from "./tree.ts";

// What a user of scenarios would choose among.

/** Sizes and degrees, and by how much one that stands there may change. */
export const SMALL = [1, 2, 3, 4, 5, 7, 8, 16, 30, 32, 64, 100];
export const FACTORS = [0, 0.001, 0.5, 2, 3, 10, 1000, 1e9];
/** Paths of sizes and degrees. */
export const SIZES = [
  "model.layers",
  "model.hiddenSize",
  "model.attention.heads",
  "model.attention.kvHeads",
  "model.attention.headSize",
  "model.experts.count",
  "model.experts.topK",
  "model.experts.hiddenSize",
  "model.experts.shared",
  "model.dense.layers",
  "model.vocabulary",
  "cluster.gpusPerNode",
  "parallelism.pipeline",
  "parallelism.expert",
  "parallelism.tensor",
  "parallelism.data",
  "parallelism.attention.tensor",
  "parallelism.attention.data",
  "routing.capacityFactor",
  "workload.sequences",
  "workload.promptTokens",
  "workload.outputTokens",
  "serving.scheduler.microBatches",
  "workload.requests",
  "workload.sessions",
  "workload.concurrency",
  "workload.turns",
  "serving.scheduler.tokenBudget",
  "serving.scheduler.maxSequences",
  "serving.scheduler.every",
  "serving.kv.blocks",
  "serving.kv.blockTokens",
  "measure.levels",
];
/** Paths of policies, with some of their values. */
export const POLICIES: readonly (readonly [string, readonly Tree[]])[] = [
  ["parallelism.layers", ["own-ranks", "shared-ranks"]],
  ["parallelism.interleave", [1, 2, 5]],
  [
    "routing.overflow",
    ["drop", "none", { kind: "drop", by: "position" }, "reroute", { kind: "reroute", within: "rank" }, { kind: "dropout", slope: 2 }],
  ],
  ["routing.capacityPer", ["group", "source-rank"]],
  ["routing.capacityRounding", ["up", "down", { kind: "aligned", multiple: 3 }]],
  ["routing.pad", [true, false]],
  ["routing.capacityControl", [{ to: 3 }, { to: 1.2, dropped: "50 %", step: 0.01 }]],
  [
    "rebalance",
    [
      { kind: "eplb", window: 1, every: 1 },
      { kind: "greedy", every: 2, move: "sync", from: "disk" },
    ],
  ],
  [
    "expertCache",
    [
      { kind: "lru", perLayer: 1 },
      { kind: "lfu", perLayer: 2, link: "1 MB/s", prefetch: { hitChance: "80 %" } },
      { kind: "hottest", perLayer: 0, link: "1000 TB/s", prefetch: { depth: 3, hitChance: "1 %" } },
    ],
  ],
  ["cluster.host", [{ compute: "1 TFLOPS", bandwidth: "100 GB/s" }]],
  ["routing.gate", ["balanced", "uniform", { kind: "zipf", exponent: 1 }, { kind: "zipf", exponent: 100, shared: true }]],
  [
    "routing.gate",
    [
      { kind: "lognormal", sigma: 10 },
      { kind: "dirichlet", concentration: 1e-6 },
      { kind: "dirichlet", concentration: 1e9 },
      { kind: "drifting", sigma: 1, timeConstant: "1 ms" },
      { kind: "drifting", sigma: 1, shiftAt: "0 s" },
      { kind: "correlated", sigma: 1, mixes: 1, common: "0 %", repeat: "100 %" },
      { kind: "correlated", sigma: 1, mixes: 2, by: "class", repeat: "30 %" },
      { kind: "grouped", groups: 4, limit: 2, sigma: 1 },
    ],
  ],
  ["serving.overlap", ["none", "two-batch"]],
  ["serving.recompute", ["none", "attention", { kind: "all", chunkTokens: 1 }]],
  ["cluster.gpu.communicationShare", ["0 %", "15 %", "90 %", "95 %"]],
  [
    "serving.scheduler",
    ["static", { kind: "static", microBatches: 3, deal: "longest-first" }, { kind: "static", microBatches: 3, deal: "sorted" }],
  ],
  [
    "serving.scheduler",
    [
      "continuous",
      { kind: "continuous", tokenBudget: 40, maxSequences: 3, order: "priority" },
      { kind: "prefill-first", tokenBudget: 200, maxSequences: 2 },
      { kind: "cadence", every: 3 },
    ],
  ],
  ["serving.balancer.replicas", ["random", "least-outstanding", "least-kv", "two-choices"]],
  ["serving.balancer.dataGroups", ["round-robin", "random", "least-kv"]],
  ["workload.arrivals", ["constant", { kind: "gamma", variation: 5 }, { kind: "diurnal", curve: [0, 1, 0.5], period: "20 ms" }]],
  ["workload.rate", ["1e6 requests/s", "0.001 requests/s", "3 requests/s"]],
  ["workload.thinkTime", ["0 s", "1 ns", { kind: "exponential", mean: "3 ms" }]],
  ["measure", [{ warmUp: "20 %" }, { warmUp: "49 %", coolDown: "49 %" }]],
  ["cluster.network.allReduce", ["ring", "two-shot", "one-shot", "fastest"]],
  ["cluster.gpu", ["h100-sxm", { preset: "a100-80g", memory: "8 GB" }, { preset: "nothing" }]],
  ["model", ["mixtral-8x7b", "gpt-oss-20b", { preset: "plan-model", layers: 4 }]],
  [
    "workload.promptTokens",
    [
      { kind: "zipf", exponent: 1.1, from: 1, to: 1e9 },
      { kind: "exponential", mean: 200 },
    ],
  ],
  [
    "workload.outputTokens",
    [
      { kind: "lognormal", mean: 4, sigma: 1, to: 9 },
      { kind: "empirical", values: [1, 2, 30], weights: [0, 1, 1e-9] },
    ],
  ],
];
/** Faults, reactions of collectives, detectors and recoveries. */
export const FAULTS: readonly Tree[] = [
  { kind: "gpu-lost", at: "3 ms", ranks: [0] },
  { kind: "gpu-lost", at: "12 ms", for: "5 ms", ranks: [1, 0] },
  { kind: "node-lost", at: "8 ms", for: "20 ms", nodes: [0] },
  { kind: "process-hang", at: "1 ms", for: "9 ms", ranks: [1] },
  { kind: "gpu-slow", at: "2 ms", for: "20 ms", ranks: [0], speed: "30 %" },
  { kind: "link-slow", at: "0 s", ranks: [1, 0], speed: "25 %" },
  { kind: "process-hang", at: "0 s", for: "0 s", ranks: [0] },
  { kind: "expert-lost", at: "4 ms", for: "30 ms", layer: 0, expert: 1 },
  { kind: "link-lost", at: "2 ms", for: "15 ms", ranks: [1] },
  { kind: "link-flap", at: "1 ms", nodes: [0], cycles: 4, down: { kind: "uniform", from: "10 us", to: "5 ms" }, up: "2 ms" },
  { kind: "switch-lost", at: "6 ms", leaves: [0], nodesPerLeaf: 1 },
  {
    kind: "random",
    of: { kind: "gpu-lost", for: "4 ms" },
    mtbfPerGpu: "1 h",
    acceleration: 3e5,
    until: "100 ms",
    burst: { ranks: 2, within: "1 ms" },
  },
  { kind: "random", of: { kind: "link-lost", for: "3 ms" }, mtbfPerGpu: "1 h", acceleration: 5e5, until: "50 ms", leave: 1 },
  { kind: "random", of: "expert-lost", acceleration: 1e9, until: "90 ms" },
];
export const COMMUNICATIONS: readonly Tree[] = [
  {},
  { giveUp: "1 ms", retries: 2, backoff: { first: "500 us", jitter: "50 %" }, fallback: "fail" },
  { giveUp: "1 ms", fallback: "local-experts" },
  { giveUp: "10 ms", fallback: "none" },
];
const RESTART = { kind: "restart", time: "4 ms" };
export const HEALTHS: readonly Tree[] = [
  "vllm-stock",
  "vllm-scale-down",
  "sglang-elastic",
  "trtllm",
  "dynamo",
  { exit: "1 ms", onLoss: RESTART, inFlight: "migrate" },
  { collectiveTimeout: "2 ms", onLoss: RESTART, whileDown: "reject" },
  { probe: { every: "1 ms", timeout: "100 us" }, watchdog: "9 ms", confirm: "1 ms", onLoss: RESTART },
  { heartbeat: { every: "1 ms", lost: "3 ms" }, onLoss: "hang" },
  { exit: "500 us", onLoss: { kind: "shrink", rebuild: "1 ms", rejoin: "2 ms" }, inFlight: "requeue" },
  { canary: { after: "1 ms", timeout: "1 ms" }, onLoss: { kind: "mask", rebuild: "0 s" } },
  { exit: "500 us", onLoss: { kind: "reroute", rebuild: "1 ms", rejoin: "2 ms" }, inFlight: "migrate" },
];
