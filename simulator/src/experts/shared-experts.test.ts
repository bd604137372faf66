import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { simulate } from "../simulate.ts";

// Shared experts beside the dispatch, by pencil. A card of 1 TFLOPS and 1 TB/s at full efficiency; two ranks, a data group of 400 tokens each.

function report(sharedExperts: string | undefined, bandwidth: string, more: object = {}) {
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        layers: 2,
        hiddenSize: 1000,
        attention: { heads: 10, kvHeads: 10, headSize: 100 },
        experts: { count: 4, topK: 1, hiddenSize: 1000, matrices: 2, shared: 1 },
      },
      cluster: {
        gpu: { compute: "1 TFLOPS", computeEfficiency: "100 %", bandwidth: "1 TB/s", bandwidthEfficiency: "100 %", memory: "100 GB" },
        network: { kind: "two-tier", node: { bandwidth, latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
      },
      parallelism: { expert: 2 },
      routing: { gate: "balanced" },
      workload: { kind: "batch", sequences: 2, promptTokens: 400, outputTokens: 1 },
      serving: { ...(sharedExperts === undefined ? {} : { sharedExperts }), ...more },
    }),
  );
}

// ms: attention and gate as in two-batch.test.ts; routed experts on 400 copies, the shared one on 400 tokens; 200 tokens leave
const ATTENTION = 3.5208 + 0.0032;
const EXPERTS = 1.6;
const SHARED = 1.6;
const LONG = 4; // 400,000 bytes at 0.1 GB/s
const SHORT = 1; // at 0.4 GB/s

const within = (actual: number | undefined, expectedMs: number) => expect(actual! * 1000).toBeCloseTo(expectedMs, 3);

describe("a layer with shared experts", () => {
  test("in turn computes them between the dispatch and the routed ones", () => {
    within(report("in-turn", "0.1 GB/s").ttftSeconds?.max ?? undefined, 2 * (ATTENTION + LONG + EXPERTS + SHARED + LONG));
  });

  test("beside the dispatch hides them where that is longer, which is what engines do and the default", () => {
    const { ttftSeconds, breakdown, assumed } = report(undefined, "0.1 GB/s");
    within(ttftSeconds?.max ?? undefined, 2 * (ATTENTION + LONG + EXPERTS + LONG));
    expect(breakdown.ttft!["shared"] ?? 0).toBe(0);
    expect(assumed).toContain("serving.sharedExperts");
    expect(report("beside-dispatch", "0.1 GB/s").ttftSeconds).toEqual(ttftSeconds);
  });

  test("beside the dispatch hides that where they are longer: the critical path goes through them", () => {
    const { ttftSeconds, breakdown } = report("beside-dispatch", "0.4 GB/s");
    within(ttftSeconds?.max ?? undefined, 2 * (ATTENTION + SHARED + EXPERTS + SHORT));
    within(breakdown.ttft!["shared"], 2 * SHARED);
    expect(breakdown.ttft!["dispatch"] ?? 0).toBe(0);
  });

  test("in two halves computes those of a half before its routed experts, in its turn", () => {
    // kernels never wait, and one combine of a half is seen at the end
    const overlap = { kind: "two-batch", least: 2 };
    within(
      report("beside-dispatch", "0.4 GB/s", { overlap }).ttftSeconds?.max ?? undefined,
      2 * (ATTENTION + SHARED + EXPERTS) + SHORT / 2,
    );
  });
});
