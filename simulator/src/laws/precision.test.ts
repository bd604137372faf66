import { bytesOf, precisionsOf } from "@tokenyard/model";
import { OpCosts } from "@tokenyard/program";
import { type ModelSpec, PRECISIONS, type PrecisionSpec, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

/** A card of 1 TFLOPS in 16 bits, 2 in fp8, and 1 TB/s; 100 GB/s and 1 us to others. Four prompts of 400 tokens. */
function report(
  precision: object,
  { model = {}, parallelism = {}, compute = { bf16: "1 TFLOPS", fp8: "2 TFLOPS" }, outputTokens = 1 } = {},
) {
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        layers: 1,
        hiddenSize: 1000,
        attention: { heads: 10, kvHeads: 10, headSize: 100 },
        dense: { hiddenSize: 2000, matrices: 2 },
        precision,
        ...model,
      },
      cluster: {
        gpu: { compute, bandwidth: "1 TB/s", memory: "100 GB" },
        network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
      },
      parallelism,
      routing: { gate: "balanced" },
      workload: { kind: "batch", sequences: 4, promptTokens: 400, outputTokens },
    }),
  );
}

const MOE = { dense: null, experts: { count: 4, topK: 1, hiddenSize: 1000, matrices: 2 } };

describe("a model with fp8 weights", () => {
  test("over two tensor ranks all-reduces 2 bytes an element", () => {
    const { breakdown } = report({ weights: "fp8" }, { parallelism: { tensor: 2 } });
    // after attention and after the dense part: 1,600 tokens · 1,000 elements · 2 bytes over 2 ranks, S/B + 2L
    expect(breakdown.ttft?.["all-reduce"]).toBeCloseTo(2 * ((1600 * 1000 * 2) / 100e9 + 2e-6), 9);
  });

  test("dispatches 1 byte an element, and 2 where bf16 is asked for, as models of 16 bits do; the combine stays at 2", () => {
    const times = (precision: object) => {
      const { breakdown } = report(precision, { model: MOE, parallelism: { expert: 4 } });
      return [breakdown.ttft?.["dispatch"], breakdown.ttft?.["combine"]];
    };
    // of 400 tokens of a rank 300 leave for 3 peers: 300 · 1,000 elements at 100 GB/s + 1 us · (1 + 7 % · 2)
    const seconds = (bytes: number) => expect.closeTo((300 * 1000 * bytes) / 100e9 + 1.14e-6, 9);
    expect(times({ weights: "fp8" })).toEqual([seconds(1), seconds(2)]);
    expect(times({ weights: "fp8", dispatch: "bf16" })).toEqual([seconds(2), seconds(2)]);
    expect(times({ weights: "bf16" })).toEqual([seconds(2), seconds(2)]);
    expect(times({ weights: "bf16", dispatch: "fp8" })).toEqual([seconds(1), seconds(2)]);
  });

  test("multiplies in fp8 and keeps its cache in 16 bits", () => {
    const { breakdown, plan } = report({ weights: "fp8" });
    // 1,600 tokens: qkv 9.6e9 FLOPs and output 3.2e9 in fp8; the core's 4 · 4 · 1,000 · 400 · 401/2 in bf16
    expect(breakdown.ttft?.["attention"]).toBeCloseTo((9.6e9 + 3.2e9) / 2e12 + (4 * 4000 * 80_200) / 1e12, 6);
    expect(plan.kvBytesPerToken).toBe(2 * 1000 * 2);
  });

  test("hands on 2 bytes an element: a decode pass reads weights of 1 byte and activations of 2", () => {
    const { breakdown } = report({ weights: "fp8" }, { outputTokens: 2, compute: { bf16: "100 TFLOPS", fp8: "100 TFLOPS" } });
    // up and down: 4 tokens, 2e6 weights of 1 byte each, 4 · 3,000 activations of 2 bytes each
    expect(breakdown.tpot?.["dense"]).toBeCloseTo(2 * (2e6 + 4 * 3000 * 2) * 1e-12, 9);
  });

  test("on a GPU without fp8 takes the time of 16 bits where compute decides", () => {
    const on = (weights: string) => report({ weights }, { compute: { bf16: "1 TFLOPS" } as never }).breakdown.ttft?.["dense"];
    expect(on("fp8")).toBe(on("bf16"));
  });
});

/** Bytes that each kind of work has put on the network, over all ops whose cost was asked for. */
function carried(scenario: Scenario): Map<string, number> {
  const bytes = new Map<string, number>();
  const { ask } = OpCosts.prototype;
  OpCosts.prototype.ask = function (op, pass, stage, cost) {
    ask.call(this, op, pass, stage, cost);
    bytes.set(op.work, (bytes.get(op.work) ?? 0) + cost.nodeBytes + cost.fabricBytes);
  };
  try {
    run(prepare(scenario), { executor: "stages" }); // each op is asked for
  } finally {
    OpCosts.prototype.ask = ask;
  }
  return bytes;
}

/** The same, but that where its tokens go does not depend on when they do. */
function withSteadyRouting({ rebalance: _, ...scenario }: Scenario): Scenario {
  const { routing } = scenario;
  return { ...scenario, routing: { ...routing, gate: routing.gate.kind === "drifting" ? { kind: "uniform" } : routing.gate } };
}

const PLACES: Readonly<Record<string, "dispatch" | "combine">> = {
  dispatch: "dispatch",
  "gather-tokens": "dispatch",
  "gather-copies": "dispatch",
  combine: "combine",
  "scatter-tokens": "combine",
  "scatter-copies": "combine",
};

function withPrecision(scenario: Scenario, change: Partial<PrecisionSpec>): Scenario {
  const model: ModelSpec = { ...scenario.model, precision: { ...scenario.model.precision, ...change } };
  return { ...scenario, model };
}

test("what a collective carries is its elements times the bytes of its place, whatever all other places are", { tags: "long" }, () => {
  const any = fc.constantFrom(...PRECISIONS);
  const places = fc.record({ collectives: any, dispatch: any, combine: any });
  const seen = new Set<string>();
  fc.assert(
    fc.property(drawnScenario.map(withSteadyRouting), places, (scenario, chosen) => {
      const one = carried(withPrecision(scenario, { collectives: "fp8", dispatch: "fp8", combine: "fp8" })); // a byte an element
      const other = carried(withPrecision(scenario, chosen));
      expect([...other.keys()].sort()).toEqual([...one.keys()].sort());
      for (const [work, elements] of one) {
        const bytes = bytesOf(chosen[PLACES[work] ?? "collectives"]);
        expect(other.get(work)).toBeCloseTo(elements * bytes, 3);
        if (elements > 0) seen.add(work);
      }
    }),
    { numRuns: drawnCases(60) },
  );
  for (const work of Object.keys(PLACES)) expect(seen).toContain(work);
});

test("bytes of the cache are one formula: a scenario caches in proportion to the bytes of a cached number", () => {
  fc.assert(
    fc.property(loadedScenario, fc.constantFrom(...PRECISIONS), (scenario, kvCache) => {
      const bytes = (each: Scenario) => prepare(each).pools.map(({ facts }) => facts.kvBytesPerToken);
      const stored = bytesOf(precisionsOf(scenario.model).kvCache);
      const other = bytes(withPrecision(scenario, { kvCache }));
      for (const [i, before] of bytes(scenario).entries()) expect(other[i]! * stored).toBeCloseTo(before * bytesOf(kvCache), 6);
    }),
    { numRuns: drawnCases(12) },
  );
});
