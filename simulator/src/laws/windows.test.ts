import { type GroupedQuerySpec, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { differences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

// A card of 1 TFLOPS and 1 TB/s at full efficiency: a kernel takes max(FLOPs, bytes) · 10⁻¹² s.

interface Change {
  readonly layers?: number;
  readonly pipeline?: number;
  readonly window?: object;
  readonly workload?: object;
}

function scenario({ layers = 1, pipeline = 1, window, workload }: Change): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers,
      hiddenSize: 1000,
      attention: { heads: 10, kvHeads: 10, headSize: 100, ...(window === undefined ? {} : { window }) },
      dense: { hiddenSize: 2000, matrices: 2 },
    },
    cluster: {
      gpu: {
        compute: "1 TFLOPS",
        computeEfficiency: "100 %",
        bandwidth: "1 TB/s",
        bandwidthEfficiency: "100 %",
        memory: "100 GB",
        launch: "0 s",
      },
      network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
    },
    parallelism: { pipeline },
    workload: { kind: "batch", sequences: 1, promptTokens: 100, outputTokens: 3, ...workload },
  });
}

describe("a windowed layer on one GPU", () => {
  test("scores a window's pairs of each token of the prompt", () => {
    // qkv 6e8, output 2e8, up and down 4e8 each; core 4·1000·pairs, 10·11/2 + 90·10 = 955 of them instead of 5,050
    const linears = 6e8 + 2e8 + 4e8 + 4e8;
    const ttft = (window?: object) => simulate(scenario(window === undefined ? {} : { window })).ttftSeconds!.mean;
    expect(ttft({ tokens: 10 })).toBeCloseTo((linears + 4000 * 955) * 1e-12, 9);
    expect(ttft()).toBeCloseTo((linears + 4000 * 5050) * 1e-12, 9);
  });

  test("reads a window of the cache in each decode pass, however long the context", () => {
    // weights 2·(3e6 + 1e6 + 2e6 + 2e6); activations 2·(4000 + 2000 + 3000 + 3000); core 2·2·1000·min(past + 1, window) + 2·2·1000
    const pass = (read: number) => (16e6 + 24e3 + 4000 * read + 4000) * 1e-12;
    const tpot = (tokens: number) => simulate(scenario({ window: { tokens }, workload: { outputTokens: 6 } })).tpotSeconds!.mean;
    expect(tpot(10)).toBeCloseTo(pass(10), 10);
    // past is 100, 101, 102, 103, 104: 101, 102 and then 103 tokens three times
    expect(tpot(103)).toBeCloseTo((pass(101) + pass(102) + 3 * pass(103)) / 5, 10);
  });

  test("alternates with full ones, and is the first", () => {
    const mean = (layers: number) => simulate(scenario({ layers, window: { tokens: 10, fullEvery: 2 } })).ttftSeconds!.mean;
    const linears = 6e8 + 2e8 + 4e8 + 4e8;
    expect(mean(1)).toBeCloseTo((linears + 4000 * 955) * 1e-12, 9);
    expect(mean(2)).toBeCloseTo((2 * linears + 4000 * (955 + 5050)) * 1e-12, 9);
    expect(mean(3)).toBeCloseTo((3 * linears + 4000 * (955 + 5050 + 955)) * 1e-12, 9);
  });

  test("holds a window of each sequence's cache, and the stage with most full layers is the fullest", () => {
    const workload = { sequences: 2, promptTokens: 90, outputTokens: 11 };
    // 100 tokens a sequence, two of them; keys and values of 10 heads of 100, 2 bytes: 4,000 a token and layer
    const kvPeak = (change: Change) => simulate(scenario({ ...change, workload })).memory.kvReserved;
    expect(kvPeak({})).toBe(2 * 100 * 4000);
    expect(kvPeak({ window: { tokens: 10 } })).toBe(2 * 10 * 4000);
    expect(kvPeak({ layers: 4, window: { tokens: 10, fullEvery: 4 } })).toBe(2 * (100 + 3 * 10) * 4000);
    expect(kvPeak({ layers: 4, pipeline: 2, window: { tokens: 10, fullEvery: 4 } })).toBe(2 * (100 + 10) * 4000); // layers 2 and 3
  });

  test("is in the FLOPs of a token that the plan reports", () => {
    const flops = (change: Change) => simulate(scenario(change)).plan.flopsPerToken;
    const linears = 2 * 8e6;
    expect(flops({})["1024"]).toBe(linears + 4000 * 1025);
    expect(flops({ window: { tokens: 128 } })["1024"]).toBe(linears + 4000 * 128);
    expect(flops({ window: { tokens: 128 } })["0"]).toBe(linears + 4000);
  });
});

describe("over generated scenarios", () => {
  const groupedQuery = drawnScenario.filter(({ model }) => model.attention?.kind !== "latent");
  const windowed = (drawn: Scenario, window?: { tokens: number; fullEvery?: number }): Scenario => {
    const { window: _, ...attention } = drawn.model.attention as GroupedQuerySpec;
    return { ...drawn, model: { ...drawn.model, attention: window === undefined ? attention : { ...attention, window } } };
  };
  /** A window changes what is long, and so whom longest-first puts together. */
  const dealtInOrder = (drawn: Scenario): Scenario => {
    const { scheduler } = drawn.serving;
    if (scheduler.kind !== "static") throw new Error("a batch is drawn");
    return { ...drawn, serving: { ...drawn.serving, scheduler: { ...scheduler, deal: "in-order" } } };
  };
  /** A window changes when passes begin, and so what a gate that drifts has come to by then: one that would take ages is where it began in all of them. */
  const still = (drawn: Scenario): Scenario => {
    const { gate } = drawn.routing;
    if (gate.kind !== "drifting") return drawn;
    const { shiftAt: _, ...rest } = gate;
    return { ...drawn, routing: { ...drawn.routing, gate: { ...rest, timeConstant: 1e6 } } };
  };
  const outcome = (given: Scenario) => {
    const { scenario: _, plan: __, ...recording } = run(prepare(given)); // the plan reports FLOPs at contexts that no sequence has
    return recording;
  };

  test("a window that every sequence fits in changes nothing", { tags: "long" }, () => {
    fc.assert(
      fc.property(groupedQuery, fc.constantFrom(undefined, 2, 3), (drawn, fullEvery) => {
        const wide = { tokens: 304, ...(fullEvery === undefined ? {} : { fullEvery }) }; // prompts of at most 300, outputs of at most 5
        expect(differences(outcome(windowed(drawn, wide)), outcome(windowed(drawn)))).toEqual([]);
      }),
      { numRuns: drawnCases(12) },
    );
  });

  test("a narrower window, or one in more layers, means no more FLOPs, no more bytes of memory and no larger cache, where popularity stays as it is", {
    tags: "long",
  }, () => {
    fc.assert(
      fc.property(groupedQuery, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (drawn, a, b) => {
        const [narrow, wide] = [{ tokens: Math.min(a, b) }, { tokens: Math.max(a, b) }];
        const windows = [narrow, wide, { ...wide, fullEvery: 2 }, undefined];
        const rising = windows.map((window) => outcome(windowed(still(dealtInOrder(drawn)), window)));
        for (let i = 1; i < rising.length; i++) {
          const [less, more] = [rising[i - 1]!, rising[i]!];
          expect(more.work.flops).toBeGreaterThanOrEqual(less.work.flops);
          expect(more.work.memoryBytes).toBeGreaterThanOrEqual(less.work.memoryBytes);
          expect(more.memory.kvReserved).toBeGreaterThanOrEqual(less.memory.kvReserved);
        }
      }),
      { numRuns: drawnCases(24) },
    );
  });

  test("where popularity drifts the cache is no larger either, but steps that begin earlier may read more experts", () => {
    let more = 0;
    for (let seed = 0; seed < 40; seed++) {
      const [narrow, wide] = [{ tokens: 200 }, undefined].map((window) => outcome({ ...windowed(drifting, window), seed }));
      expect(wide!.memory.kvReserved).toBeGreaterThan(narrow!.memory.kvReserved);
      if (narrow!.work.memoryBytes > wide!.work.memoryBytes) more++;
    }
    expect(more).toBeGreaterThan(0);
  });
});

/** Each step reads the experts that its two tokens take, of a popularity that is another by the next one. */
const drifting = parseScenario({
  tokenyard: 1,
  model: {
    layers: 2,
    hiddenSize: 64,
    attention: { heads: 8, kvHeads: 8, headSize: 8 },
    experts: { count: 16, topK: 1, hiddenSize: 4096, matrices: 2 },
  },
  cluster: {
    gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB", launch: "0 s" },
    network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
  },
  routing: { gate: { kind: "drifting", sigma: 3, timeConstant: "100 us" } },
  workload: { kind: "batch", sequences: 2, promptTokens: 300, outputTokens: 8 },
});
