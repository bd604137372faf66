import { type Stream, uniformInteger } from "@tokenyard/random";
import { knobPaths, PRECISIONS } from "@tokenyard/scenario";
import { at, type Path, pathsIn, put, remove, type Tree } from "./tree.ts";

/** A copy of `tree` with a few things in it that somebody might have done to it, by mistake or not. */
export function mutated(tree: Tree, stream: Stream): Tree {
  const changed = structuredClone(tree);
  const times = uniformInteger(stream, 1, 4);
  for (let i = 0; i < times; i++) mutate(changed, stream);
  return changed;
}

/** Tries of one change before it is left out. */
const TRIES = 4;

/** As `mutated`, but a change that `isFine` refuses is tried again elsewhere, or left out. */
export function aimed(tree: Tree, stream: Stream, isFine: (tree: Tree) => boolean): Tree {
  let changed = tree;
  const times = uniformInteger(stream, 1, 3);
  for (let i = 0; i < times; i++) {
    for (let tries = 0; tries < TRIES; tries++) {
      const candidate = structuredClone(changed);
      mutate(candidate, stream);
      if (!isFine(candidate)) continue;
      changed = candidate;
      break;
    }
  }
  return changed;
}

/** `text` with a few characters lost, doubled, swapped or come from elsewhere. */
export function garbled(text: string, stream: Stream): string {
  const from = uniformInteger(stream, 0, text.length);
  const to = Math.min(text.length, from + uniformInteger(stream, 0, 20));
  const piece = text.slice(from, to);
  const elsewhere = uniformInteger(stream, 0, text.length);
  return pick<() => string>(stream, [
    () => text.slice(0, from) + text.slice(to),
    () => text.slice(0, to) + piece + text.slice(to),
    () => text.slice(0, from) + pick(stream, ODD_TEXTS) + text.slice(to),
    () => text.slice(0, from) + text.slice(elsewhere, elsewhere + 20) + text.slice(to),
    () => text.slice(0, from),
  ])();
}

export function pick<T>(stream: Stream, values: readonly T[]): T {
  return values[uniformInteger(stream, 0, values.length - 1)]!;
}

function mutate(root: Tree, stream: Stream): void {
  const path = pick(stream, pathsIn(root));
  const change = pick(stream, stream.next() < 0.7 ? GENTLE : ROUGH);
  change(root, path, stream);
}

type Change = (root: Tree, path: Path, stream: Stream) => void;

/** What a user tries out: most of it is a scenario still. */
const GENTLE: readonly Change[] = [
  // a size or a degree
  (root, _path, stream) => put(root, keys(pick(stream, SIZES)), pick(stream, SMALL)),
  (root, path, stream) => {
    const value = at(root, path);
    if (typeof value === "number") put(root, path, pick(stream, [value + 1, Math.max(1, value - 1), value * 2, Math.ceil(value / 2)]));
    if (typeof value === "string")
      put(
        root,
        path,
        value.replace(/\d+(\.\d+)?/, (digits) => String(Number(digits) * pick(stream, FACTORS))),
      );
  },
  // a policy
  (root, _path, stream) => {
    const [where, kinds] = pick(stream, POLICIES);
    put(root, keys(where), pick(stream, kinds));
  },
  (root, _path, stream) =>
    put(
      root,
      ["model", "precision", pick(stream, ["weights", "experts", "compute", "collectives", "dispatch", "combine", "kvCache"])],
      pick(stream, PRECISIONS),
    ),
  // something that breaks
  (root, _path, stream) => {
    put(root, ["faults"], [pick(stream, FAULTS), pick(stream, FAULTS)]);
    put(root, ["health"], pick(stream, HEALTHS));
    put(root, ["communication"], pick(stream, COMMUNICATIONS));
  },
  // something that was not there
  (root, _path, stream) => put(root, keys(pick(stream, KNOBS)), pick<Tree>(stream, [...SMALL, ...QUANTITIES])),
  (root, path) => remove(root, path),
];

/** What nobody should try. */
const ROUGH: readonly Change[] = [
  (root, path, stream) => put(root, path, pick(stream, ODD_NUMBERS)),
  (root, path, stream) => put(root, path, pick(stream, ODD_TEXTS)),
  (root, path, stream) => put(root, path, pick(stream, QUANTITIES)),
  (root, path, stream) => put(root, path, pick<Tree>(stream, [null, true, [], {}, [[]], { kind: "none" }])),
  (root, path, stream) => put(root, path, structuredClone(at(root, pick(stream, pathsIn(root)))) ?? null),
  (root, path, stream) => put(root, [...path.slice(0, -1), pick(stream, ODD_TEXTS)], 1),
  (root, path, stream) => put(root, path, nested(at(root, path) ?? null, uniformInteger(stream, 1, 120), stream)),
  (root, path, stream) => {
    const unit = pick(stream, UNITS);
    const value = at(root, path);
    if (typeof value === "string") put(root, path, value.replace(/[A-Za-z/%µ]+$/, unit));
    else if (typeof value === "number") put(root, path, `${value} ${unit}`);
  },
];

const SMALL = [1, 2, 3, 4, 5, 7, 8, 16, 30, 32, 64, 100];
const FACTORS = [0, 0.001, 0.5, 2, 3, 10, 1000, 1e9];
const SIZES = [
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
const POLICIES: readonly (readonly [string, readonly Tree[]])[] = [
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
const FAULTS: readonly Tree[] = [
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
const COMMUNICATIONS: readonly Tree[] = [
  {},
  { giveUp: "1 ms", retries: 2, backoff: { first: "500 us", jitter: "50 %" }, fallback: "fail" },
  { giveUp: "1 ms", fallback: "local-experts" },
  { giveUp: "10 ms", fallback: "none" },
];
const RESTART = { kind: "restart", time: "4 ms" };
const HEALTHS: readonly Tree[] = [
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
];
const KNOBS = knobPaths();
const UNITS = ["TFLOPS", "GB/s", "Gbit/s", "GiB", "ns", "Ms", "%", "tokens/ms", "requests/s", "USD/h", "B", "b", ""];
const QUANTITIES = [
  "0 B",
  "1 B/s",
  "1000 PB/s",
  "9e6 s",
  "1 ps",
  "1 FLOPS",
  "1000000 PFLOPS",
  "0.000001 %",
  "100 %",
  "-3 GB",
  "1e400 GB",
  "NaN s",
  "５ GB",
];
const ODD_NUMBERS = [0, -0, -1, 0.5, 1e-320, 1e6, 1e7, 1e9, 65_536, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308];
const ODD_TEXTS = [
  "",
  " ",
  "ключ",
  "🦀",
  "\u0000",
  "\u202e",
  "__proto__",
  "constructor",
  "null",
  "*a",
  "&a",
  "<<",
  "{",
  "- ",
  "x".repeat(5000),
  "1:1",
  "0x10",
  "\ud800",
];

function nested(value: Tree, depth: number, stream: Stream): Tree {
  let tree = value;
  for (let i = 0; i < depth; i++) tree = stream.next() < 0.5 ? [tree] : { a: tree };
  return tree;
}

function keys(path: string): string[] {
  return path.split(".");
}
