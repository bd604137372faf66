import { expect, test } from "vitest";
import { openLoopHindrance, openLoopScenario, simulatedOpenLoop } from "./open-loop.ts";

const ROW = {
  stage: "-1",
  model: "meta-llama/Llama-3.1-8B-Instruct",
  precision: "FP16",
  tp: "1",
  max_num_seqs: "128",
  max_num_batched_tokens: "2048",
  kv_blocks: "",
  system_prompt: "100",
  question: "400",
  output: "50",
  prompts: "4",
  users_per_prompt: "5",
  stages: "5x20s;10x20s",
};

test("a run is users who pause, each prompt one of the system prompts and a question", () => {
  const { workload, serving, parallelism } = openLoopScenario({ ...ROW, tp: "2", kv_blocks: "900" }, { perSecond: 5, seconds: 20 }, 3);
  expect(workload).toMatchObject({ kind: "closed", concurrency: 20, requests: 100, prefix: { tokens: 100, groups: 4 } });
  expect([serving.kv?.blocks, serving.kv?.prefixCache, parallelism.tensor]).toEqual([900, true, 2]);
});

test("a row of one stage lies between those of two, which count by their requests", () => {
  const [slow, fast, both] = ["0", "1", "-1"].map((stage) => simulatedOpenLoop({ ...ROW, stage }));
  expect(fast!.itl).toBeGreaterThan(slow!.itl);
  expect(both!.itl).toBeCloseTo((slow!.itl + 2 * fast!.itl) / 3, 9);
});

test("users who wait for their answers bound the queue, whatever the rate", () => {
  const flood = simulatedOpenLoop({ ...ROW, stages: "100x2s" });
  expect(flood.e2e).toBeLessThan(20 * simulatedOpenLoop({ ...ROW, stages: "1x20s" }).e2e);
});

test("a model that is not known is named", () => {
  expect(openLoopHindrance(ROW)).toBeUndefined();
  expect(openLoopHindrance({ ...ROW, model: "a/b" })).toBe("a/b: no model");
});
