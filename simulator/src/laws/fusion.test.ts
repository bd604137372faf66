import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { fitted } from "../fitted-scenario.contract.ts";
import { simulate } from "../simulate.ts";

const [TOKENS, HIDDEN, INNER, TOP_K, BYTES] = [100, 64, 32, 2, 2] as const;
const BANDWIDTH = 1e9;
const LAUNCH = 5e-6;

/** One GPU whose memory alone takes time, one layer with experts, one prompt and one token. */
function ttft(fusion: object | undefined, matrices = 3, parallelism = {}, precision = {}): number {
  const { ttftSeconds } = simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        hiddenSize: HIDDEN,
        layers: 1,
        precision,
        attention: { heads: 4, kvHeads: 4, headSize: 16 },
        experts: { count: 4, topK: TOP_K, hiddenSize: INNER, matrices },
      },
      cluster: {
        gpu: { compute: "1000000 PFLOPS", bandwidth: `${BANDWIDTH} B/s`, memory: "1 GB", launch: "5 us" },
        network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
      },
      parallelism,
      serving: fusion === undefined ? {} : { fusion },
      workload: { kind: "batch", sequences: 1, promptTokens: TOKENS, outputTokens: 1 },
    }),
  );
  return ttftSeconds!.mean!;
}

test("kernels that are not fused take their launches, and the bytes that lie between them: a sum by hand", () => {
  const fused = ttft(undefined);
  const copies = TOKENS * TOP_K;
  // gate and up each read what both read together, and write what the activation reads back; two launches more
  const apart = 2 * LAUNCH + (copies * HIDDEN * BYTES + copies * INNER * BYTES * 3) / BANDWIDTH;
  // a norm before the attention and one before the gate, each reads and writes the token and its residual
  const norms = 2 * (LAUNCH + (TOKENS * HIDDEN * BYTES * 4) / BANDWIDTH);
  expect(ttft({ feedForward: false }) - fused).toBeCloseTo(apart, 8); // ops are rounded to nanoseconds
  expect(ttft({ norms: false }) - fused).toBeCloseTo(norms, 8);
  expect(ttft({ feedForward: false, norms: false }) - fused).toBeCloseTo(apart + norms, 8);
  expect(ttft({ feedForward: false }, 2) - ttft(undefined, 2)).toBeCloseTo(LAUNCH + (copies * INNER * BYTES * 2) / BANDWIDTH, 8); // the activation alone
  expect(ttft({})).toBe(fused);
});

test("a norm that an all-reduce takes along has no launch, and reads and writes its residual alone", () => {
  const halves = { tensor: 2, attention: { tensor: 2 } };
  const [free, separate] = [ttft({}, 3, halves), ttft({ norms: false }, 3, halves)];
  const norm = (TOKENS * HIDDEN * BYTES * 4) / BANDWIDTH;
  expect(separate - free).toBeCloseTo(2 * (LAUNCH + norm), 8);
  expect(ttft({ norms: false, allReduce: true }, 3, halves) - free).toBeCloseTo(2 * (norm / 2), 8); // after the attention, and at the end for the next
  expect(ttft({ norms: false, allReduce: true })).toBe(ttft({ norms: false })); // one rank reduces nothing
  expect(() => ttft({ allReduce: true })).toThrow(/serving.fusion.allReduce.*norms: false/);
});

test("activations are quantised by kernels of their own, or by those before, or as the products have it", () => {
  const narrow = { weights: "fp8", activations: "bf16", compute: "fp8" };
  const [measured, within, own] = [{}, { quantise: true }, { quantise: false }].map((fusion) => ttft(fusion, 3, {}, narrow)) as [
    number,
    number,
    number,
  ];
  // inputs of the projections and of the output, 64 numbers a token each, with one byte instead of two
  const saved = (2 * TOKENS * HIDDEN) / BANDWIDTH;
  expect(measured - within).toBeCloseTo(saved, 8);
  expect(own - within).toBeCloseTo(2 * LAUNCH + (2 * TOKENS * HIDDEN * 3) / BANDWIDTH, 8); // two bytes read, one written
  expect(ttft({ quantise: false })).toBe(ttft({})); // in 16 bits nothing is quantised
});

const apart = (scenario: Scenario): Scenario => ({
  ...scenario,
  serving: { ...scenario.serving, fusion: { feedForward: false, norms: false } },
});
const horizon = (scenario: Scenario) => simulate(scenario).horizonSeconds;

/** Without what depends on time. */
function even({ rebalance: _, ...scenario }: Scenario): Scenario {
  const { capacityControl: __, ...routing } = scenario.routing;
  return { ...scenario, routing: { ...routing, gate: { kind: "balanced" } } };
}

test("fusing kernels never makes a batch longer under the roofline, and serves the same tokens", { tags: "long" }, () => {
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      const [together, separate] = [simulate(even(scenario)), simulate(apart(even(scenario)))];
      expect(separate.horizonSeconds).toBeGreaterThanOrEqual(together.horizonSeconds);
      expect(separate.tokens).toEqual(together.tokens);
    }),
    { numRuns: drawnCases(16) },
  );
});

// In one piece: of two halves one may wait for what an all-reduce has taken along.
test("no way of fusing is faster than the freest, nor slower than all apart, and none changes what is served", { tags: "long" }, () => {
  const ways = fc.record({ norms: fc.boolean(), quantise: fc.option(fc.boolean(), { nil: undefined }), allReduce: fc.boolean() });
  fc.assert(
    fc.property(drawnScenario, ways, fc.boolean(), (drawn, { norms, quantise, allReduce }, isFitted) => {
      const narrow = { ...even(drawn), model: { ...drawn.model, precision: { ...drawn.model.precision, compute: "fp8" as const } } };
      const scenario = isFitted ? fitted(withFp8(narrow)) : withFp8(narrow);
      const fused = (fusion: object) =>
        simulate({
          ...scenario,
          serving: { ...scenario.serving, overlap: { kind: "none" as const }, fusion: { feedForward: true, norms: true, ...fusion } },
        });
      const run = fused({ norms, quantise, allReduce: allReduce && !norms });
      expect(run.horizonSeconds).toBeGreaterThanOrEqual(fused({ quantise: true }).horizonSeconds);
      expect(run.horizonSeconds).toBeLessThanOrEqual(fused({ norms: false, quantise: isFitted ? quantise : false }).horizonSeconds);
      expect(run.tokens).toEqual(fused({}).tokens);
    }),
    { numRuns: drawnCases(10) },
  );
});

/** On a GPU that multiplies in 8 bits too. */
function withFp8({ cluster, ...scenario }: Scenario): Scenario {
  const { compute } = cluster.gpu;
  const peaks = typeof compute === "number" ? { fp16: compute, bf16: compute, fp8: 2 * compute } : { ...compute, fp8: 2 * compute.fp16! };
  return { ...scenario, cluster: { ...cluster, gpu: { ...cluster.gpu, compute: peaks } } };
}

test("fitted kernels have what they were fitted with, and can be taken apart", () => {
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      expect(horizon(apart(fitted(scenario)))).toBeGreaterThan(0);
    }),
    { numRuns: drawnCases(6) },
  );
});

test("norms of compressed rows are kernels of their own where norms are: of DeepSeek's sizes two, each reads and writes its numbers", () => {
  const horizon = (qLoraRank: number | undefined, norms: boolean) =>
    simulate(
      parseScenario({
        tokenyard: 1,
        model: {
          hiddenSize: HIDDEN,
          layers: 1,
          attention: {
            kind: "latent",
            heads: 4,
            ...(qLoraRank === undefined ? {} : { qLoraRank }),
            kvLoraRank: 512,
            qkNopeHeadDim: 16,
            qkRopeHeadDim: 8,
            vHeadDim: 16,
          },
          dense: { hiddenSize: INNER, matrices: 3 },
        },
        cluster: {
          gpu: { compute: "1000000 PFLOPS", bandwidth: `${BANDWIDTH} B/s`, memory: "1 GB", launch: "5 us" },
          network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
        },
        serving: { fusion: { norms } },
        workload: { kind: "batch", sequences: 1, promptTokens: TOKENS, outputTokens: 1 },
      }),
    ).horizonSeconds;
  const others = 2 * (LAUNCH + (TOKENS * HIDDEN * BYTES * 4) / BANDWIDTH); // before attention and dense layer
  const normOf = (features: number) => LAUNCH + (TOKENS * features * BYTES * 2) / BANDWIDTH;
  expect(horizon(1536, false) - horizon(1536, true)).toBeCloseTo(others + normOf(1536) + normOf(512), 8);
  expect(horizon(undefined, false) - horizon(undefined, true)).toBeCloseTo(others + normOf(512), 8);
});
