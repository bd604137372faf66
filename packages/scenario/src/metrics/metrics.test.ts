import { describe, expect, test } from "vitest";
import { METRICS, metricOf, metricPaths } from "./metrics.ts";

test("a bare latency is the max: it holds for every request", () => {
  expect(metricOf("ttft")).toEqual({ name: "ttft", path: "ttftSeconds.max", unit: "s", better: "less", range: "positive" });
  expect(metricOf("tpot.p99")?.path).toBe("tpotSeconds.p99");
  expect(metricOf("e2e.mean")?.path).toBe("e2eSeconds.mean");
});

describe("any number of the report may be named by its path", () => {
  test.each([
    ["memory.share", "%", "less"],
    ["utilization.compute", "%", "more"],
    ["time.prefill.compute.attention", "%", "less"],
    ["time.decode.network.waiting", "%", "less"],
    ["breakdown.ttft.queue", "s", "less"],
    ["balance.expert.decode.perLayer.3.loadVariance", "%", "less"],
    ["plan.flopsPerToken.1024", "", "less"],
    ["plan.weightBytesPerRank.max", "B", "less"],
    ["throughput.tokensPerSecond", "tokens/s", "more"],
    ["requests.finished", "", "more"],
  ])("%s", (path, unit, better) => {
    expect(metricOf(path)).toMatchObject({ name: path, path, unit, better });
  });
});

test("a part of a whole is known as one, and a percentage that may pass 100 is not", () => {
  for (const name of [
    "attainment",
    "droppedShare",
    "kv.peakShare",
    "time.prefill.compute.idle",
    "bubbleShare",
    "balance.expert.decode.droppedShare",
  ]) {
    expect(metricOf(name)?.range, name).toBe("share");
  }
  for (const name of ["loadVariance", "memory.share", "utilization.compute", "ttft", "goodput"]) {
    expect(metricOf(name)?.range, name).toBe("positive");
  }
});

test("what is no number of the report is no metric", () => {
  for (const name of ["", "ttft.p42", "scenario.name", "warnings", "time.prefill", "memory.share.x", "breakdown.ttft.", "__proto__"]) {
    expect(metricOf(name), name).toBeUndefined();
  }
});

test("dropped share is dropped over routed copies", () => {
  expect(metricOf("droppedShare")?.path).toBe("tokens.dropped / tokens.routed");
});

test("every named metric stands on paths of the report", () => {
  for (const { path } of METRICS) for (const part of path.split(" / ")) expect(metricPaths(), part).toContain(part);
});
