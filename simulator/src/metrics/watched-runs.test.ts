import type { FamilyKey } from "@tokenyard/metrics";
import { summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { KeptSeries } from "./sampled.contract.ts";

const CLUSTER = {
  gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
  gpusPerNode: 4,
  network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
};
const GROUPED = { heads: 8, kvHeads: 4, headSize: 8 };
const LATENT = { kind: "latent", heads: 8, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 6 };
const MODEL = { layers: 2, hiddenSize: 32, attention: GROUPED, experts: { count: 4, topK: 1, hiddenSize: 64 } };
const LOAD = { kind: "open", requests: 60, rate: "1 requests/s", arrivals: "constant", promptTokens: 64, outputTokens: 4 };

function scenarioOf(more: object): Scenario {
  return parseScenario({ tokenyard: 1, model: MODEL, cluster: CLUSTER, workload: LOAD, serving: { scheduler: "continuous" }, ...more });
}

/** Every series of a run, every so many milliseconds. */
function seriesOf(scenario: Scenario, everyMs: number) {
  const { alerts: _, ...bare } = scenario;
  const kept = new KeptSeries();
  run(prepare(bare), { samples: { everyMs, sinks: [kept] } });
  return kept;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const valuesOf = (kept: KeptSeries, key: FamilyKey) => kept.samples.map((sample) => sample.get(key)!);

const apart = scenarioOf({
  model: { ...MODEL, experts: undefined, dense: { hiddenSize: 64, matrices: 3 } },
  pools: [{ role: "prefill" }, { role: "decode", count: 2 }],
  workload: { ...LOAD, outputTokens: 20 },
  alerts: {
    every: "1 s",
    rules: [
      { name: "Puts", metric: "throughputPerGpu", by: ["replica"], over: "10 s", above: "0.01 tokens/ms", for: "10 s" }, // 19 tokens a second are 0.0095 of each of two
      { name: "Full", metric: "kvUse", by: ["replica"], above: "100 %" },
      { name: "Busy", metric: "memoryBandwidthUse", by: ["rank"], over: "10 s", above: "0 %" },
    ],
  },
});

test("replicas of two pools are watched apart: those that prefill come first, and have the prompts and first tokens; the others put out the rest", () => {
  const { samples } = seriesOf(apart, 1_000);
  const last = samples.at(-1)!;
  expect(last.get("gpus")).toEqual([1, 1, 1]);
  expect(last.get("promptTokens")).toEqual([59 * 64, 0, 0]);
  const [first, ...others] = last.get("outputTokens")!;
  expect(first).toBe(59); // the last request ends after the last sample
  expect(sum(others)).toBe(59 * 19);
  expect(Math.min(...others)).toBeGreaterThan(0);
  expect(last.get("finished")).toEqual([59]);
});

test("a first token is reported when it is out, gaps between tokens as they end, and the request's own times when it leaves", {
  tags: "long",
}, () => {
  const long = scenarioOf({ workload: { kind: "closed", requests: 2, concurrency: 1, promptTokens: 64, outputTokens: 20_000 } });
  const { samples } = seriesOf(long, 100);
  const [before, soon] = samples;
  expect([before!.get("unanswered"), soon!.get("unanswered"), soon!.get("inFlight")]).toEqual([[1], [0], [1]]);
  const seen = (key: FamilyKey, sample = soon!) => sample.get(key)!.at(-2);
  expect([seen("ttft"), seen("e2e"), seen("tpot"), seen("queue")]).toEqual([1, 0, 0, 0]);
  expect(soon!.get("answeredPromptTokens")).toEqual([64]);
  expect([soon!.get("finishedPromptTokens"), soon!.get("finishedOutputTokens")]).toEqual([[0], [0]]);
  expect(seen("itl")).toBe(sum(soon!.get("outputTokens")!) - 1);
  expect(seen("itl")).toBeGreaterThan(100);
  const last = samples.at(-1)!; // the last token of the second one comes after it
  expect([seen("ttft", last), seen("e2e", last)]).toEqual([2, 1]);
  expect([last.get("finishedPromptTokens"), last.get("finishedOutputTokens")]).toEqual([[64], [20_000]]);
});

test("ranks report the cache of their own data group, and the replica of all of them", { tags: "long" }, () => {
  const parallelism = { expert: 4, attention: { tensor: 2, data: 2 } };
  const one = { kind: "closed", requests: 1, concurrency: 1, promptTokens: 6_400, outputTokens: 20_000 };
  const { samples } = seriesOf(scenarioOf({ parallelism, workload: one, serving: { scheduler: "continuous", kv: { blocks: 2_000 } } }), 50);
  const sample = samples[2]!;
  const shares = sample.get("rankKvUse")!;
  const held = Math.max(...shares);
  expect(held).toBeGreaterThan(0.2); // 400 blocks of 16 of 2,000, and those of the answer
  expect([...shares].sort((a, b) => a - b)).toEqual([0, 0, held, held]); // the request is in one of two groups of two ranks
  expect(sample.get("kvUse")).toEqual([held / 2]);
  const [share, use] = [sample.get("memoryShare")!, sample.get("memoryUse")!];
  const kv = share.map((each, rank) => (each - use[rank]!) / (1 - shares[rank]!)); // what its cache takes of its memory
  for (const each of kv) expect(Math.abs(each - kv[0]!)).toBeLessThan(1e-3);
  expect(new Set(shares.map((each, rank) => `${each > 0} ${use[rank]! > Math.min(...use)}`))).toEqual(
    new Set(["true true", "false false"]),
  );
});

test("alerts over two pools say whose replica and rank it is", () => {
  const { alerts, neverFired } = summarize(run(prepare(apart)));
  expect(new Set(alerts!.filter(({ name }) => name === "Puts").map(({ labels }) => labels["replica"]))).toEqual(new Set(["0"])); // 64 tokens a second
  expect(new Set(alerts!.filter(({ name }) => name === "Busy").map(({ labels }) => labels["rank"]))).toEqual(new Set(["0", "1", "2"]));
  expect(neverFired).toEqual(["Full"]);
});

test("latent attention is watched as any other: what sequences hold of its cache is what is missing from the memory set aside", () => {
  for (const attention of [LATENT, { ...LATENT, qLoraRank: 12 }, GROUPED]) {
    const kept = seriesOf(
      scenarioOf({ model: { ...MODEL, attention }, parallelism: { expert: 2 }, workload: { ...LOAD, rate: "3000 requests/s" } }),
      1,
    );
    const held = valuesOf(kept, "rankKvUse");
    expect(Math.max(...held.flat())).toBeGreaterThan(0);
    for (const [i, [use]] of valuesOf(kept, "kvUse").entries()) expect(sum(held[i]!) / 2).toBeCloseTo(use!, 12); // each rank has a data group of its own
    const cacheOf = (i: number, rank: number) =>
      (kept.samples[i]!.get("memoryShare")![rank]! - kept.samples[i]!.get("memoryUse")![rank]!) / (1 - held[i]![rank]!);
    for (let i = 0; i < held.length; i++) for (const rank of [0, 1]) expect(cacheOf(i, rank)).toBeCloseTo(cacheOf(0, rank), 9);
    const moved = valuesOf(kept, "memoryBandwidthUse").flat();
    expect(Math.max(...moved)).toBeGreaterThan(0);
    expect(Math.max(...moved)).toBeLessThanOrEqual(1);
  }
});

/** By sample, layer and expert: what the capacity was over the mean load, where tokens came. */
function factorsOf(kept: KeptSeries, layers: number, experts: number): number[][] {
  const copies = valuesOf(kept, "expertCopies");
  return valuesOf(kept, "expertCapacityUse").map((uses, i) =>
    Array.from({ length: layers }, (_, layer) => {
      const own = (values: readonly number[]) => values.slice(layer * experts, (layer + 1) * experts);
      const routed = sum(own(copies[i]!)) - (i === 0 ? 0 : sum(own(copies[i - 1]!)));
      return routed === 0 ? Number.NaN : experts / sum(own(uses));
    }),
  );
}

const uneven = (routing: object) =>
  scenarioOf({
    parallelism: { expert: 2 },
    workload: { ...LOAD, promptTokens: 400, outputTokens: 1 }, // decode steps lose nothing, and would let the factor fall
    routing: { gate: { kind: "lognormal", sigma: 0.8 }, capacityFactor: 1, capacityRounding: "up", overflow: { kind: "drop" }, ...routing },
    alerts: {
      every: "1 s",
      rules: [{ name: "Full", metric: "expertCapacityUse", by: ["layer", "expert"], over: "10 s", above: "115 %", for: "10 s" }],
    },
  });

test("where the capacity factor moves, use is of the capacity as it was: it falls as the factor rises, and the alert ends", () => {
  const still = uneven({});
  const moving = uneven({ capacityControl: { to: 4, dropped: "1 %", step: 0.5 } });
  const ofStill = factorsOf(seriesOf(still, 1_000), 2, 4);
  for (const factors of ofStill.slice(1))
    for (const factor of factors) expect(factor).toSatisfy((f: number) => Number.isNaN(f) || (f > 0.999 && f < 1.05)); // rounded up
  const ofMoving = factorsOf(seriesOf(moving, 1_000), 2, 4).filter((factors) => !factors.some(Number.isNaN));
  for (const factors of ofMoving) for (const factor of factors) expect(factor).toSatisfy((f: number) => f > 0.999 && f <= 4.05);
  expect(Math.max(...ofMoving.at(-1)!)).toBeGreaterThan(1.5);
  const firedAtEnd = (scenario: Scenario) =>
    summarize(run(prepare(scenario))).alerts!.filter((alert) => alert.firingAtSeconds !== null && alert.resolvedAtSeconds === null);
  expect(firedAtEnd(still).length).toBeGreaterThan(0);
  expect(firedAtEnd(moving)).toEqual([]);
});

test("ranks of a replica that is down compute and move nothing, those of the others go on, and an alert by rank says which", () => {
  const struck = scenarioOf({
    parallelism: { expert: 2, data: 2 },
    faults: [{ kind: "gpu-lost", at: "20 s", for: "20 s", ranks: [3] }],
    health: { exit: "1 s", onLoss: { kind: "restart", time: "0 s" }, inFlight: "migrate" },
    alerts: { every: "1 s", rules: [{ name: "Dark", metric: "computeUse", by: ["rank"], over: "8 s", below: "1e-9 %", for: "5 s" }] },
  });
  const kept = seriesOf(struck, 1_000);
  for (const key of ["computeUse", "memoryBandwidthUse"] as const) {
    const values = valuesOf(kept, key);
    for (let s = 22; s <= 39; s++) {
      expect(values[s]!.slice(2)).toEqual([0, 0]);
      expect(Math.min(...values[s]!.slice(0, 2))).toBeGreaterThan(0);
    }
  }
  const { alerts } = summarize(run(prepare(struck)));
  expect(alerts!.map(({ labels }) => labels["rank"]).toSorted()).toEqual(["2", "3"]);
});

test("bandwidth is the rank's own: the one whose data group has no sequence moves less than the one whose group has all", () => {
  const scenario = scenarioOf({
    parallelism: { expert: 2, attention: { tensor: 1 } },
    workload: { kind: "batch", sequences: 1, promptTokens: 400, outputTokens: 50 },
    routing: { gate: "balanced" },
  });
  const last = seriesOf(scenario, 1)
    .samples.slice(1)
    .map((sample) => sample.get("memoryBandwidthUse")!);
  for (const [own, other] of last as [number, number][]) expect(own).toBeGreaterThan(other);
});
