import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { simulate } from "./simulate.ts";

// Two-batch overlap of steps, by pencil. A card of 1 TFLOPS and 1 TB/s at full efficiency; two ranks, a data group each, experts on both.

interface Change {
  readonly gpu?: object;
  readonly workload?: object;
  readonly overlap?: string;
  readonly parallelism?: object;
  readonly bandwidth?: string;
}

function report({ gpu, workload, overlap = "two-batch", parallelism, bandwidth = "0.4 GB/s" }: Change) {
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
      serving: { scheduler: { kind: "continuous", tokenBudget: 8192 }, overlap },
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
    within(report({ overlap: "none" }).ttftSeconds?.max, 2 * (ATTENTION + EXPERTS + 2 * EXCHANGE));
  });

  test("split in two hides exchanges of a half behind the other half's kernels", () => {
    // ms, first half | second half; a free lane takes the op of the first half where both wait
    // attention, gate 0 – 1.762 | attention 1.762 – 3.5224, its dispatch meanwhile
    // experts 3.5224 – 4.3224 | gate – 4.324
    // combine 4.3224 – 4.8224 is waited for; next layer: attention, gate – 6.5844 | dispatch 4.8224 – 5.3224
    // | experts 6.5844 – 7.3844; experts – 8.1844 | attention, gate – 9.9464, dispatch – 10.4464, experts – 11.2464, combine – 11.7464
    const hiddenGate = 0.0016;
    within(report({}).ttftSeconds?.max, 2 * (ATTENTION + EXPERTS) - hiddenGate + 3 * (EXCHANGE / 2));
  });

  test("whose exchanges are longer than its kernels is bound by the network: kernels hide behind them", () => {
    // a fortieth of the bandwidth: an exchange of a half takes 20, its kernels 1.762 and 0.8; the network never stops after the first
    within(report({ bandwidth: "0.01 GB/s" }).ttftSeconds?.max, ATTENTION / 2 + 8 * 20); // two halves, two layers, there and back
  });

  test("whose communication kernels take a fifth of the GPU computes 1/(1 − 1/5) as long", () => {
    const { ttftSeconds, models } = report({ gpu: { communicationShare: "20 %" } });
    within(ttftSeconds?.max, (2 * (ATTENTION + EXPERTS) - 0.0016) * 1.25 + 3 * (EXCHANGE / 2));
    expect(models[0]).toBe("uncalibrated roofline on 80 % of the GPU");
  });

  test("gives nothing away without overlap", () => {
    expect(report({ overlap: "none", gpu: { communicationShare: "20 %" } }).ttftSeconds).toEqual(report({ overlap: "none" }).ttftSeconds);
  });

  test("with one token in each group is not split", () => {
    const single = { workload: { promptTokens: 1, outputTokens: 6 } };
    const [split, whole] = [report(single), report({ ...single, overlap: "none" })];
    expect(split.tpotSeconds).toEqual(whole.tpotSeconds);
    expect(split.breakdown).toEqual(whole.breakdown);
  });

  test("is split on every stage of a pipeline", () => {
    // stage 0: first half attention, gate, experts, combine and its send of 200 · 2,000 bytes 4.8224 – 5.8224; second half: dispatch
    // after that send, experts, combine, send – 8.6224. Stage 1: first half – 9.3844, its experts until 8.8844; second half from then on:
    // attention, gate, dispatch, experts, combine
    within(report({ parallelism: { pipeline: 2 } }).ttftSeconds?.max, 8.8844 + ATTENTION / 2 + EXPERTS / 2 + EXCHANGE);
  });
});
