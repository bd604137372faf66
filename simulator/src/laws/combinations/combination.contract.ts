import fc from "fast-check";

// Small plans of every layout, struck by a fault of every kind, with every policy after it and a mechanism beside: docs/faults.md says that each runs, or why it cannot.

/** Layouts: which ranks share a replica, and which requests they serve. */
const LAYOUTS = {
  "one data group": { parallelism: { expert: 4, attention: { tensor: 4 } } },
  "context parallelism": { parallelism: { expert: 4, attention: { tensor: 4 }, context: 2 } },
  "data groups": { parallelism: { expert: 4 } },
  replicas: { parallelism: { expert: 2, data: 2 } },
  stages: { parallelism: { expert: 2, pipeline: 2 } },
  "interleaved stages": { parallelism: { expert: 2, pipeline: 2, interleave: 2 } },
  "own ranks": { parallelism: { layers: "own-ranks", expert: 2, pipeline: 2 } },
  pools: { parallelism: { expert: 2 }, pools: [{ role: "prefill" }, { role: "decode", count: 2 }] },
  "pools with health of their own": {
    parallelism: { expert: 2 },
    pools: [
      { role: "prefill", count: 2, health: { exit: "30 us", onLoss: { kind: "mask", rebuild: "50 us" }, inFlight: "migrate" } },
      { role: "decode", count: 2, spares: { kind: "ranks", count: 1 } },
    ],
  },
  "pools of stages": {
    parallelism: { expert: 2 },
    pools: [
      { role: "prefill", count: 2 },
      { role: "decode", parallelism: { expert: 2, pipeline: 2 } },
    ],
  },
  static: { parallelism: { expert: 4 }, serving: { scheduler: "static" } },
  "static stages": { parallelism: { expert: 2, pipeline: 2, data: 2 }, serving: { scheduler: { kind: "static", microBatches: 2 } } },
} as const;

const CONTINUES = { rebuild: "20 us", decide: "5 us" };
const POLICIES = {
  hang: "hang",
  restart: { kind: "restart", time: "100 us" },
  replace: { kind: "replace", start: "50 us", rebuild: "20 us" },
  shrink: { kind: "shrink", ...CONTINUES },
  mask: { kind: "mask", ...CONTINUES },
  reroute: { kind: "reroute", ...CONTINUES },
} as const;

const FAULTS = {
  "gpu-lost": { ranks: [1] },
  "node-lost": { nodes: [1] },
  "process-hang": { ranks: [1] },
  "expert-lost": { layer: 2, expert: 1 },
  "link-lost": { ranks: [1] },
  "link-flap": { nodes: [1], cycles: 3, down: "60 us", up: "40 us" },
  "switch-lost": { leaves: [0], nodesPerLeaf: 1 },
  "gpu-slow": { ranks: [1], speed: "50 %" },
  "link-slow": { ranks: [1], speed: "25 %" },
  random: { of: { kind: "gpu-lost", for: "100 us" }, mtbfPerGpu: "0.0002 h", acceleration: 1000, until: "400 us" },
} as const;

const SURPLUS = { capacityFactor: 1.1, overflow: { kind: "reroute", within: "any" } };
const MOVES = { kind: "eplb", every: 3 };
const LOCAL = { fallback: "local-experts", giveUp: "20 us" };
const RETRIES = { client: { limit: 2, timeout: "2 ms", backoff: { first: "10 us" } }, router: { limit: 1, first: "10 us" }, breaker: {} };

/** Mechanisms that have a say after a fault. */
const BESIDE = {
  nothing: {},
  "spare GPUs": { spares: { kind: "ranks", count: 1 } },
  "hot copies": { spares: { kind: "hot-copies", perLayer: 1 } },
  "standby slots": { spares: { kind: "standby", perLayer: 2 } },
  "checkpoints on hosts": { checkpoints: { every: 8 } },
  "checkpoints at peers": { checkpoints: { every: 8, to: "peer" } },
  retries: { retries: RETRIES },
  "a short queue": { serving: { mostWaiting: 2 } },
  rebalance: { rebalance: MOVES },
  "rerouted overflow": { routing: SURPLUS },
  "rerouted overflow and rebalance": { routing: SURPLUS, rebalance: MOVES },
  "a prefix cache": { serving: { kv: { prefixCache: true } } },
  "a host tier": { serving: { kv: { prefixCache: true, hostTier: { size: "1 MB", bandwidth: "1 GB/s" } } } },
  "a prefix cache and checkpoints": { serving: { kv: { prefixCache: true } }, checkpoints: { every: 8 } },
  "a host tier and checkpoints": {
    serving: { kv: { prefixCache: true, hostTier: { size: "1 MB", bandwidth: "1 GB/s" } } },
    checkpoints: { every: 8 },
  },
  "expert cache": { expertCache: { kind: "lru", perLayer: 1, link: "1 GB/s" } },
  "host time": { serving: { stepOverhead: { step: "3 us", request: "1 us" } } },
  "local experts": { communication: LOCAL },
  "local experts and sends that wait": { communication: { ...LOCAL, sends: "wait" } },
  "local experts and rerouted overflow": { communication: LOCAL, routing: SURPLUS },
  "local experts and rebalance": { communication: LOCAL, rebalance: MOVES },
  "state layers": {
    model: {
      layerKinds: {
        full: { mixer: { kind: "grouped-query", heads: 4, kvHeads: 2, headSize: 8 }, feedForward: "experts" },
        kda: { mixer: { kind: "kda", heads: 4, headSize: 8 }, feedForward: "experts" },
      },
      layerPattern: ["full", "kda"],
    },
  },
  "two-batch overlap": { serving: { overlap: { kind: "two-batch", least: 2 } } },
  speculation: { serving: { speculation: { kind: "ngram", tokens: 2, acceptance: { conditional: "70 %" } } } },
} as const;

export interface Combination {
  readonly layout: keyof typeof LAYOUTS;
  readonly policy: keyof typeof POLICIES;
  readonly fault: keyof typeof FAULTS;
  readonly beside: keyof typeof BESIDE;
  readonly inFlight: "fail" | "requeue" | "migrate";
  readonly whileDown: "wait" | "reject";
  readonly aborts: "lost" | "replica";
  readonly gate: "uniform" | "balanced";
  readonly gpusPerNode: 1 | 2;
  /** Microseconds. */
  readonly at: number;
  /** Microseconds; undefined: for ever. */
  readonly lasts: number | undefined;
  /** A GPU that is lost too, `after` microseconds later: at the same instant, or while the first fault is made good. */
  readonly second: { readonly rank: number; readonly after: number } | undefined;
  readonly rejoins: boolean;
  readonly isSeen: boolean;
  readonly seed: number;
}

const namesOf = <Kinds extends object>(kinds: Kinds) => fc.constantFrom(...(Object.keys(kinds) as (keyof Kinds)[]));

/** Mechanisms that batches which are dealt once do not have, struck or not. */
const OF_LOADS = new Set<keyof typeof BESIDE>([
  "a prefix cache",
  "a prefix cache and checkpoints",
  "a host tier",
  "a host tier and checkpoints",
  "speculation",
]);

const drawn: fc.Arbitrary<Combination> = fc.record({
  layout: namesOf(LAYOUTS),
  policy: namesOf(POLICIES),
  fault: namesOf(FAULTS),
  beside: namesOf(BESIDE),
  inFlight: fc.constantFrom("fail", "requeue", "migrate", "migrate"),
  whileDown: fc.constantFrom("wait", "wait", "reject"),
  aborts: fc.constantFrom("lost", "lost", "replica"),
  gate: fc.constantFrom("uniform", "balanced"),
  gpusPerNode: fc.constantFrom(1, 1, 2),
  at: fc.nat(300),
  lasts: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  second: fc.option(fc.record({ rank: fc.nat(3), after: fc.constantFrom(0, 0, 10, 40, 100) }), { nil: undefined }),
  rejoins: fc.boolean(),
  isSeen: fc.constantFrom(true, true, true, false),
  seed: fc.nat(1_000_000),
});

export const anyCombination = drawn.filter(({ layout, beside }) => !layout.startsWith("static") || !OF_LOADS.has(beside));

/** The scenario of `drawn` as it is written, with `more`. */
export function treeOf(drawn: Combination, more: object = {}): object {
  const { layout, fault, beside, gate, gpusPerNode, at, lasts, second, seed } = drawn;
  const { serving: ofLayout, ...places } = LAYOUTS[layout] as (typeof LAYOUTS)["static"];
  const { serving: besides, routing, model, ...others } = BESIDE[beside] as Record<"serving" | "routing" | "model", object | undefined>;
  const isBatch = ofLayout !== undefined;
  const isTimed = fault !== "random" && fault !== "link-flap" && lasts !== undefined;
  const when = fault === "random" ? {} : { at: `${at} us`, ...(isTimed ? { for: `${lasts} us` } : {}) };
  const needsLinks = fault.startsWith("link-") || fault === "switch-lost";
  const lengths = { promptTokens: { kind: "uniform", from: 4, to: 30 }, outputTokens: { kind: "uniform", from: 1, to: 12 } };
  return {
    tokenyard: 1,
    seed,
    model: {
      layers: 4,
      hiddenSize: 32,
      ...(model ?? { attention: { heads: 4, kvHeads: 2, headSize: 8 } }),
      experts: { count: 4, topK: 2, hiddenSize: 64 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      gpusPerNode,
      network: {
        kind: "two-tier",
        node: { bandwidth: "10 GB/s", latency: "1 us" },
        fabric: { bandwidth: "2 GB/s", latency: "4 us" },
      },
    },
    ...places,
    routing: { gate, ...routing },
    workload: isBatch ? { kind: "batch", sequences: 12, ...lengths } : { kind: "open", requests: 12, rate: "40000 requests/s", ...lengths },
    serving: {
      ...(isBatch ? ofLayout : { scheduler: { kind: "continuous", tokenBudget: 40, maxSequences: 6 } }),
      ...besides,
    },
    faults: [
      { kind: fault, ...when, ...FAULTS[fault] },
      ...(second === undefined ? [] : [{ kind: "gpu-lost", at: `${at + second.after} us`, for: "90 us", ranks: [second.rank] }]),
    ],
    health: healthOf(drawn),
    ...(needsLinks ? { communication: { fallback: "fail", giveUp: "20 us" } } : {}),
    ...others,
    ...more,
  };
}

/** What is done about faults, as it is written. */
export function healthOf({ policy, inFlight, whileDown, aborts, rejoins, isSeen }: Combination): object {
  const again = rejoins && ["shrink", "mask", "reroute"].includes(policy) ? { rejoin: "30 us" } : {};
  return {
    ...(isSeen ? { exit: "10 us", collectiveTimeout: "40 us", canary: { after: "80 us", timeout: "20 us" } } : {}),
    onLoss: policy === "hang" ? "hang" : { ...POLICIES[policy], ...again },
    inFlight,
    whileDown,
    aborts,
  };
}
