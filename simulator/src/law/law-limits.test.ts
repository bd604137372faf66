import { createOverflow } from "@tokenyard/model";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { SampledQuantities } from "../counts/sampled-quantities.ts";
import type { RunOptions } from "../options/run-options.ts";
import { prepare } from "../setup/prepare.ts";
import { drawingOf, exactInstead, type LimitedPool, lawLimits } from "./law-limits.ts";

const LOGNORMAL = { kind: "lognormal", sigma: 1 };
const SLOW = { kind: "gpu-slow", ranks: [0], speed: "50 %" };

function poolOf(changes: Readonly<Record<string, object>> = {}): LimitedPool {
  const tree = {
    tokenyard: 1,
    engine: "ideal",
    cluster: { gpu: "h100-sxm", gpusPerNode: 8, network: "hgx-h100-ndr" },
    parallelism: { expert: 8 },
    workload: { kind: "open", requests: 4, rate: "1 requests/s", promptTokens: 64, outputTokens: 8 },
    ...changes,
    model: { preset: "qwen3-30b-a3b", layers: 8, ...changes["model"] },
    routing: { gate: LOGNORMAL, resolution: "law", ...changes["routing"] },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 }, ...changes["serving"] },
  };
  return prepare(parseScenario(tree)).pools[0]!;
}

const keysOf = (pool: LimitedPool, options?: RunOptions, wanted?: SampledQuantities) =>
  lawLimits(pool, options, wanted).map(({ key }) => key);
const plain = poolOf();

test("the law holds where each token chooses by itself and nothing else prevents it", () => {
  for (const changes of [
    {},
    { routing: { gate: "uniform" } },
    { routing: { placement: { kind: "redundant", spareSlots: 8 } } },
    { routing: { capacityFactor: 1.5, overflow: "none" } },
    { parallelism: { expert: 4, tensor: 2 } },
    { parallelism: { expert: 4, pipeline: 2 } },
    { parallelism: { expert: 8, data: 2 }, faults: [{ kind: "gpu-lost", at: "1 s", for: "1 s", ranks: [3] }], health: "vllm-stock" },
  ] as const) {
    const pool = poolOf(changes as Readonly<Record<string, object>>);
    expect(keysOf(pool)).toEqual([]);
    expect(drawingOf(pool)).toEqual({ draws: false, byLaw: true });
  }
});

test.each([
  ["routing.gate", { routing: { gate: { kind: "correlated", sigma: 1 } } }],
  ["routing.gate", { routing: { gate: { kind: "drifting", sigma: 1, timeConstant: "1 s" } } }],
  ["routing.capacityFactor", { routing: { capacityFactor: 1.5 } }],
  ["routing.capacityFactor", { routing: { capacityFactor: 1.5, overflow: { kind: "reroute" } } }],
  ["rebalance", { rebalance: { kind: "greedy" } }],
  ["expertCache", { expertCache: { kind: "lru", perLayer: 64 } }],
  ["serving.overlap", { serving: { overlap: { kind: "two-batch", least: 2 } } }],
  ["model.layers", { model: { layers: 3 } }],
  ["parallelism.pipeline", { parallelism: { expert: 2, pipeline: 4 } }],
  ["faults", { faults: [{ ...SLOW, at: "1 s", for: "1 s" }] }],
  ["faults", { faults: [{ kind: "link-slow", at: "1 s", for: "1 s", ranks: [0], speed: "50 %" }] }],
  ["faults", { faults: [{ kind: "random", of: { kind: "gpu-slow", speed: "50 %" }, mtbfPerGpu: "1 h", until: "1 s" }] }],
] as const)("%s prevents it: %j", (key, changes) => {
  const pool = poolOf(changes as Readonly<Record<string, object>>);
  expect(keysOf(pool)).toEqual([key]);
  expect(drawingOf(pool)).toEqual({ draws: true, byLaw: false });
});

test.each([
  ["router", { brought: { router: true, overflow: false } }],
  ["cluster.network", { network: { ...plain.network, contends: true } }],
])("%s of the caller prevents it", (key, changes) => {
  expect(keysOf({ ...plain, ...changes } as LimitedPool)).toEqual([key]);
});

test("a router and an overflow policy of the caller prevent it, called as ours are or not", () => {
  const router = { ...plain.router!, kind: "lognormal", route: plain.router!.route.bind(plain.router!) };
  expect(keysOf(prepare(plain.scenario, { router }).pools[0]!)).toEqual(["router"]);
  const { scenario } = poolOf({ routing: { capacityFactor: 1.5, overflow: "none" } });
  expect(keysOf(prepare(scenario).pools[0]!)).toEqual([]);
  expect(keysOf(prepare(scenario, { overflow: createOverflow({ kind: "none" }) }).pools[0]!)).toEqual(["routing.capacityFactor"]);
});

test.each<[string, RunOptions]>([
  ["spans", { spans: { fromNs: 0, toNs: 1e6, ranks: [0], most: 10 } }],
  ["fates", { fates: true }],
  ["executor", { executor: "stages" }],
])("%s of the run prevents it", (key, options) => {
  expect(keysOf(plain, options)).toEqual([key]);
});

test("series and alerts on the copies of experts prevent it, and others do not", () => {
  expect(keysOf(plain, {}, new SampledQuantities(["queue", "tokens"]))).toEqual([]);
  expect(keysOf(plain, {}, new SampledQuantities(["queue", "expertCopies"]))).toEqual(["series"]);
  expect(keysOf(plain, {}, new SampledQuantities(undefined))).toEqual(["series"]); // all
});

test("the warning names each reason once", () => {
  const limits = lawLimits(poolOf({ expertCache: { kind: "lru", perLayer: 64 }, model: { layers: 3 } }));
  const [warning, ...others] = exactInstead([...limits, ...limits]);
  expect(others).toEqual([]);
  expect(warning!.message.match(/expertCache: /g)).toHaveLength(1);
  expect(warning!.message).toContain("model.layers: ");
  expect(exactInstead([])).toEqual([]);
});
