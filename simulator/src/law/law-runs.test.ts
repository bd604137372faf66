import { type Recording, type Report, reportSchema, summarize } from "@tokenyard/report";
import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { differences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

const LOGNORMAL = { kind: "lognormal", sigma: 1.05 };

/** Changes of the scenario below, by section. */
interface Changes {
  readonly model?: object;
  readonly cluster?: object;
  readonly parallelism?: object;
  readonly routing?: object;
  readonly workload?: object;
  readonly serving?: object;
  readonly expertCache?: object;
  readonly pools?: readonly object[];
  readonly faults?: readonly object[];
  readonly health?: object;
  readonly weightStore?: string;
}

/** Twelve layers of Qwen3-30B-A3B on eight GPUs, under load. */
function scenarioOf(resolution: "exact" | "law", gate: object | string = "uniform", changes: Changes = {}): Scenario {
  return parseScenario({
    tokenyard: 1,
    engine: "ideal",
    ...changes,
    model: { preset: "qwen3-30b-a3b", layers: 12, ...changes.model },
    cluster: changes.cluster ?? { gpu: "h100-sxm", gpusPerNode: 8, network: "hgx-h100-ndr" },
    parallelism: changes.parallelism ?? { expert: 8 },
    routing: { gate, resolution, ...changes.routing },
    workload: {
      kind: "open",
      requests: 120,
      rate: "40 requests/s",
      promptTokens: { kind: "uniform", from: 64, to: 1024 },
      outputTokens: 48,
      ...changes.workload,
    },
    serving: { scheduler: { kind: "continuous", tokenBudget: 4096, maxSequences: 128 }, kv: { blockTokens: 16 }, ...changes.serving },
  });
}

const PIPELINE = { parallelism: { pipeline: 2, expert: 4 } };
const POOLS = {
  parallelism: {},
  pools: [
    { role: "prefill", parallelism: { expert: 4 } },
    { role: "decode", parallelism: { expert: 8 } },
  ],
};
const LOST = {
  parallelism: { expert: 8, data: 2 },
  routing: { placement: { kind: "redundant", spareSlots: 32 } },
  faults: [{ kind: "gpu-lost", at: "1 s", for: "1 s", ranks: [3] }],
  health: {
    exit: "10 ms",
    onLoss: { kind: "shrink", decide: "0 s", rebuild: "100 ms", graph: "0 s" },
    inFlight: "requeue",
    whileDown: "wait",
  },
  weightStore: "peers",
};

const AROUND = {
  parallelism: { expert: 8, data: 2 },
  faults: [{ kind: "gpu-lost", at: "1 s", ranks: [3] }],
  health: { ...LOST.health, onLoss: { kind: "reroute", rebuild: "100 ms" } },
};

/** Two drafts a step by a layer of the model's kind, which has experts of its own. */
const DRAFTS = { serving: { speculation: { kind: "mtp", tokens: 2, acceptance: { survival: ["80 %", "60 %"] } } } };

const CASES: readonly (readonly [name: string, gate: object | string, changes: Changes])[] = [
  ["one stage, uniform", "uniform", {}],
  ["one stage, lognormal", LOGNORMAL, {}],
  ["attention over two ranks, each with a part of the tokens", LOGNORMAL, { parallelism: { expert: 8, attention: { tensor: 2 } } }],
  [
    "attention over two ranks, each for all tokens",
    "uniform",
    { parallelism: { expert: 8, attention: { tensor: 2 } }, routing: { sequenceParallel: "none" } },
  ],
  ["two ranks an expert", "uniform", { parallelism: { expert: 4, tensor: 2 } }],
  ["results all-reduced", LOGNORMAL, { parallelism: { expert: 8, attention: { tensor: 8 } } }],
  ["spare slots", LOGNORMAL, { routing: { placement: { kind: "redundant", spareSlots: 32 } } }],
  ["two nodes", LOGNORMAL, { cluster: { gpu: "h100-sxm", gpusPerNode: 4, network: "hgx-h100-ndr" } }],
  ["a pipeline", LOGNORMAL, PIPELINE],
  ["pools", LOGNORMAL, POOLS],
  ["a lost rank", LOGNORMAL, LOST],
  ["a lost rank that tokens are routed around", LOGNORMAL, AROUND],
  ["drafts of a layer with experts", LOGNORMAL, DRAFTS],
  ["drafts in pools", LOGNORMAL, { ...POOLS, ...DRAFTS }],
];

/** A mean TTFT of so many requests follows to some 0.4 % from where in a pass each arrives. Passes lie within 0.1 %. */
const MANY = { workload: { requests: 1000 } };

describe("means of whole runs by the law are those of exact ones, TPOT within 0.5 % and TTFT within 1 %:", { tags: "long" }, () => {
  test.each(CASES)("%s", async (_, gate, changes) => {
    const schema = await reportSchema();
    const [exact, law] = (["exact", "law"] as const).map((resolution) =>
      simulate(scenarioOf(resolution, gate, { ...changes, ...MANY })),
    ) as [Report, Report];
    expect(law.warnings.filter(({ code }) => code === "law-not-held")).toEqual([]);
    expect(law.balance.law).toBeDefined();
    expect(Math.abs(law.tpotSeconds!.mean! / exact.tpotSeconds!.mean! - 1)).toBeLessThan(0.005);
    expect(Math.abs(law.ttftSeconds!.mean! / exact.ttftSeconds!.mean! - 1)).toBeLessThan(0.01);
    expect(JSON.stringify(schema.parse(JSON.parse(JSON.stringify(law))))).toBe(JSON.stringify(law));
  });
});

/** Recordings by the law of the cases above, each made once. */
const recordings = new Map<string, Recording>();

function lawRecording(name: string, gate: object | string, changes: Changes): Recording {
  const recording = recordings.get(name) ?? run(prepare(scenarioOf("law", gate, changes)));
  recordings.set(name, recording);
  return recording;
}

describe("what a run by the law says of experts adds up:", () => {
  test.each(CASES)("%s", (name, gate, changes) => {
    const law = lawRecording(name, gate, changes);
    const { experts: count, layers } = { experts: 128, layers: 12 };
    for (const { routed, kept, dropped, tokens, maskedPerLayer } of law.routing) {
      expect(tokens.reduce((sum, copies) => sum + copies, 0)).toBe(routed);
      expect(tokens).toHaveLength(layers * count);
      expect(kept + dropped + (maskedPerLayer?.reduce((sum, copies) => sum + copies, 0) ?? 0)).toBe(routed);
    }
    const kinds = law.opKinds.length;
    for (let rank = 0; rank < law.ranks; rank++) {
      for (const lane of ["compute", "network"] as const) {
        let ns = 0;
        for (let phase = 0; phase < 2; phase++) {
          for (const [kind, { lane: of }] of law.opKinds.entries()) if (of === lane) ns += law.busyNs[(rank * 2 + phase) * kinds + kind]!;
          const side = (rank * 2 + phase) * 2 + (lane === "compute" ? 0 : 1);
          for (const column of [law.waitingNs, law.idleNs, law.lostNs]) {
            ns += column[side]!;
            expect(column[side]!).toBeGreaterThanOrEqual(-1);
          }
          ns += law.downNs?.[side] ?? 0;
        }
        expect(Math.abs(ns / law.horizonNs - 1)).toBeLessThan(1e-9);
      }
    }
  });
});

test("as many copies are routed around a lost rank as in an exact run of the same passes, and none is masked", () => {
  const changes = {
    parallelism: { expert: 8 },
    workload: { kind: "batch", sequences: 64, promptTokens: 256, outputTokens: 32 },
    faults: [
      { kind: "expert-lost", at: "1 us", layer: 0, expert: 5 },
      ...[1, 2, 3].map((expert) => ({ kind: "expert-lost", at: "1 us", layer: 7, expert })),
    ],
    health: { exit: "1 us", onLoss: { kind: "reroute", rebuild: "1 us" } },
  };
  const scenarios = (["exact", "law"] as const).map((resolution) => {
    const { workload, ...rest } = changes;
    return parseScenario({ ...resolvedOf(scenarioOf(resolution, LOGNORMAL, rest)), workload });
  });
  const [exact, law] = scenarios.map((scenario) => simulate(scenario)) as [Report, Report];
  expect(law.balance.law).toBeDefined();
  const copies = ({ faults }: Report) => faults!.events.reduce((sum, { elsewhere }) => sum + (elsewhere?.copies ?? 0), 0);
  expect(copies(exact)).toBeGreaterThan(1000);
  expect(copies(law) / copies(exact)).toBeCloseTo(1, 1);
  expect([exact.tokens.masked, law.tokens.masked]).toEqual([0, 0]);
  expect(law.tpotSeconds!.mean! / exact.tpotSeconds!.mean!).toBeCloseTo(1, 1);
});

test("as many copies are routed as in an exact run of the same passes, and loads are as uneven", () => {
  const workload = { kind: "batch", sequences: 64, promptTokens: 256, outputTokens: 32 };
  const [exact, law] = (["exact", "law"] as const).map((resolution) =>
    simulate(parseScenario({ ...resolvedOf(scenarioOf(resolution, LOGNORMAL)), workload })),
  ) as [Report, Report];
  expect(law.tokens.routed).toBe(exact.tokens.routed);
  for (const phase of ["prefill", "decode"] as const) {
    const [drawn, byLaw] = [exact.balance.expert[phase]!, law.balance.expert[phase]!];
    expect(byLaw.loadVariance!.mean / drawn.loadVariance!.mean).toBeCloseTo(1, 1);
    expect(byLaw.maxOverMean! / drawn.maxOverMean!).toBeCloseTo(1, 1);
    expect(byLaw.loadVariance!.max).toBeNull();
  }
  const lostIn = ({ balance }: Report) => balance.rank.decode!.slowest!.lostSeconds;
  expect(Math.abs(lostIn(law) / lostIn(exact) - 1)).toBeLessThan(0.15); // of all steps, that of two nodes of some 24 draws each
  expect(law.balance.traffic!.bytes / exact.balance.traffic!.bytes).toBeCloseTo(1, 2);
  expect(law.balance.windows!.expert.mean / exact.balance.windows!.expert.mean).toBeCloseTo(1, 1);
});

test.each(CASES)("passes by the law are timed alike by forms and by the loop: %s", (name, gate, changes) => {
  const looped = run(prepare(scenarioOf("law", gate, changes)), { executor: "loop" });
  expect(differences(lawRecording(name, gate, changes), looped)).toEqual([]);
});

test("identical scenarios give identical recordings", () => {
  const [name, gate, changes] = CASES[1]!;
  expect(differences(lawRecording(name, gate, changes), run(prepare(scenarioOf("law", gate, changes))))).toEqual([]);
});

test("an even gate draws nothing: the law says what an exact run says", () => {
  const of = (resolution: "exact" | "law") => {
    const { scenario: _, ...report } = summarize(run(prepare(scenarioOf(resolution, "balanced"))), []);
    return report;
  };
  expect(of("law")).toEqual(of("exact"));
});

test.each([
  ["routing.gate: tokens of a sequence choose alike", { kind: "correlated", sigma: 1 }, {}],
  ["routing.gate: popularity drifts", { kind: "drifting", sigma: 1, timeConstant: "1 s" }, {}],
  ["routing.capacityFactor: copies over a capacity", LOGNORMAL, { routing: { capacityFactor: 1.5 } }],
  ["serving.overlap: halves", LOGNORMAL, { serving: { overlap: { kind: "two-batch", least: 2 } } }],
  ["expertCache: what a GPU keeps", LOGNORMAL, { expertCache: { kind: "lru", perLayer: 64 } }],
  ["model.layers: a visit to a stage has fewer than 4", LOGNORMAL, { model: { layers: 3 } }],
  ["parallelism.pipeline: a visit to a stage has fewer than 4", LOGNORMAL, { parallelism: { pipeline: 4, expert: 2 } }],
  [
    "faults: ranks of an expert group become slow",
    "uniform",
    { faults: [{ kind: "gpu-slow", at: "1 s", for: "1 s", ranks: [0], speed: "50 %" }] },
  ],
] as const)("where the law does not hold a run is exact and says why: %s", (reason, gate, changes) => {
  const few = { ...changes, workload: { requests: 4 } };
  const law = simulate(scenarioOf("law", gate, few));
  const exact = simulate(scenarioOf("exact", gate, few));
  expect(law.warnings.find(({ code }) => code === "law-not-held")?.message).toContain(reason);
  expect(law.balance.law).toBeUndefined();
  expect(law.tpotSeconds).toEqual(exact.tpotSeconds);
});
