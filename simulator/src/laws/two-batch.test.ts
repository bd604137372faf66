import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { simulate } from "../simulate.ts";

// Two-batch overlap of steps, by pencil. A card of 1 TFLOPS and 1 TB/s at full efficiency; two ranks, a data group each, experts on both.

interface Change {
  readonly gpu?: object;
  readonly workload?: object;
  readonly overlap?: string | object;
  readonly parallelism?: object;
  readonly bandwidth?: string;
  readonly scheduler?: object;
}

function report({
  gpu,
  workload,
  overlap = { kind: "two-batch", least: 2 },
  parallelism,
  bandwidth = "0.4 GB/s",
  scheduler = { kind: "continuous", tokenBudget: 8192 },
}: Change) {
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        layers: 2,
        hiddenSize: 1000,
        attention: { heads: 10, kvHeads: 10, headSize: 100 },
        experts: { count: 4, topK: 1, hiddenSize: 1000, matrices: 2 },
      },
      cluster: {
        gpu: {
          compute: "1 TFLOPS",
          computeEfficiency: "100 %",
          bandwidth: "1 TB/s",
          bandwidthEfficiency: "100 %",
          memory: "100 GB",
          ...gpu,
        },
        network: { kind: "two-tier", node: { bandwidth, latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
      },
      parallelism: { expert: 2, ...parallelism },
      routing: { gate: "balanced" },
      workload: { kind: "batch", sequences: 2, promptTokens: 400, outputTokens: 1, ...workload },
      serving: { scheduler, overlap },
    }),
  );
}

// A layer of a step with one prompt of 400 tokens in each group, in ms:
// qkv 2·400·1000·3000 + core 4·1000·400·401/2 + output 2·400·1000·1000 = 3.5208 GFLOP, gate 2·400·1000·4 = 3.2 MFLOP
const ATTENTION = 3.5208 + 0.0032;
const EXPERTS = 1.6; // 400 copies a rank: 2 · 2·400·1000·1000
const EXCHANGE = 1; // 200 of the 400 tokens leave: 200·2,000 bytes at 0.4 GB/s

const within = (actual: number | undefined, expectedMs: number) => expect(actual! * 1000).toBeCloseTo(expectedMs, 3);

describe("a step", () => {
  test("without overlap computes and exchanges in turn", () => {
    within(report({ overlap: "none" }).ttftSeconds?.max ?? undefined, 2 * (ATTENTION + EXPERTS + 2 * EXCHANGE));
  });

  test("split in two hides exchanges of a half behind the other half's kernels", () => {
    // ms, first half | second half, which take turns
    // attention, gate – 1.762 | – 3.524, the dispatch of the first meanwhile; experts – 4.324 | its dispatch – 4.024, experts – 5.124,
    // the combine of the first – 4.824; so on: kernels never wait, and at the end one combine is seen
    within(report({}).ttftSeconds?.max ?? undefined, 2 * (ATTENTION + EXPERTS) + EXCHANGE / 2);
  });

  test("whose exchanges are longer than its kernels is bound by the network: kernels hide behind them", () => {
    // a fortieth of the bandwidth: an exchange of a half takes 20, its kernels 1.762 and 0.8; the network never stops after the first
    within(report({ bandwidth: "0.01 GB/s" }).ttftSeconds?.max ?? undefined, ATTENTION / 2 + 8 * 20); // two halves, two layers, there and back
  });

  test("whose communication kernels take a fifth of the GPU computes 1/(1 − 1/5) as long", () => {
    const { ttftSeconds, models } = report({ gpu: { communicationShare: "20 %" } });
    within(ttftSeconds?.max ?? undefined, 2 * (ATTENTION + EXPERTS) * 1.25 + EXCHANGE / 2);
    expect(models[0]).toBe("uncalibrated roofline, halves on 80 % of the GPU");
  });

  test("gives nothing away without overlap", () => {
    expect(report({ overlap: "none", gpu: { communicationShare: "20 %" } }).ttftSeconds).toEqual(report({ overlap: "none" }).ttftSeconds);
  });

  test.each([
    ["with fewer tokens in a group than the least", { overlap: { kind: "two-batch", least: 401 } }],
    ["with one token in each group", { workload: { promptTokens: 1, outputTokens: 6 } }],
    ["of one GPU, with nothing to hide", { parallelism: { expert: 1 } }],
  ])("%s is not split, and has the whole GPU", (_, change) => {
    const share = { gpu: { communicationShare: "20 %" } };
    const [split, whole] = [report({ ...share, ...change }), report({ ...share, ...change, overlap: "none" })];
    expect(split.ttftSeconds).toEqual(whole.ttftSeconds);
    expect(split.tpotSeconds).toEqual(whole.tpotSeconds);
    expect(split.breakdown).toEqual(whole.breakdown);
  });

  test("is split on every stage of a pipeline, and goes on in one piece", () => {
    // a stage takes 1.762 · 2 + 0.8 · 2 and the second half's combine; then a send of 400 · 2,000 bytes
    within(report({ parallelism: { pipeline: 2 } }).ttftSeconds?.max ?? undefined, 2 * (ATTENTION + EXPERTS + EXCHANGE / 2) + 2);
  });

  test("of a static batch is split too", () => {
    const scheduler = { kind: "static" };
    within(report({ scheduler }).ttftSeconds?.max ?? undefined, 2 * (ATTENTION + EXPERTS) + EXCHANGE / 2);
  });

  test("is not cut short by what hides: the breakdown has the kernels and the one exchange that is seen", () => {
    const ttft = report({}).breakdown.ttft!;
    within(ttft["attention"], 2 * 3.5208);
    within(ttft["experts"], 2 * EXPERTS);
    within(ttft["combine"], EXCHANGE / 2);
    expect(ttft["waiting"] ?? 0).toBe(0);
  });
});
