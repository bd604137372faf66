import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { TooManySpans } from "./logs/span-log.ts";
import { prepare } from "./setup/prepare.ts";
import { run } from "./simulate.ts";

/** 2 layers of 1 op on 2 ranks: gate, dispatch, experts and combine follow the attention. */
function scenario(bandwidth: string): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 2,
      hiddenSize: 1000,
      attention: { heads: 1, kvHeads: 1, headSize: 1 },
      experts: { count: 2, topK: 1, hiddenSize: 1 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 TB" },
      network: { kind: "two-tier", node: { bandwidth, latency: "1 us" }, fabric: { bandwidth, latency: "1 us" } },
    },
    parallelism: { expert: 2 },
    routing: { gate: "balanced" },
    workload: { kind: "batch", sequences: 2, promptTokens: 10_000, outputTokens: 1 },
  });
}

test("a run past the last whole nanosecond, after 104 days, is the scenario's problem and not a fault", () => {
  // half of a rank's 10,000 tokens go to the other, 2000 bytes each: 10⁷ s = 116 days at 1 B/s, 10⁶ s at 10 B/s, four times
  const places = () => {
    try {
      run(prepare(scenario("1 B/s")));
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path, given }) => `${path.join(".")}: ${given}`);
      throw error;
    }
    return [];
  };
  expect(places()).toEqual(["workload: more than 104 days of simulated time"]);
  expect(run(prepare(scenario("10 B/s"))).horizonNs / 1e9).toBeCloseTo(4e6, -4);
});

test("a window with more spans than are wanted at most ends the run", () => {
  const spans = (most: number) => run(prepare(scenario("1 GB/s")), { spans: { fromNs: 0, toNs: 1e15, most } }).spans!.rank.length;
  expect(spans(20)).toBe(20); // 2 ranks × 2 layers × 5 ops
  expect(() => spans(19)).toThrow(TooManySpans);
  expect(() => spans(19)).toThrow("more than 19 spans in the window: a shorter time or fewer ranks would do");
});
