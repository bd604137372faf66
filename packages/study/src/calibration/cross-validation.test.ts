import { offsetsAt, type Place } from "@tokenyard/report";
import { expect, test } from "vitest";
import { validated } from "./cross-validation.ts";
import type { SensitiveRun } from "./host.ts";
import { errorsOf } from "./prediction.ts";

const PLACE: Place = {
  engine: "vllm",
  version: "0.19",
  gpu: "h100-sxm",
  model: "qwen3-32b",
  layout: "2 GPUs",
  load: "closed",
  promptTokens: 1000,
  outputTokens: 200,
  users: 16,
};
const NONE = { step: 0, request: 0, prompt: 0, arrival: 0 };

const run = (users: number, layout: string, tpot: number): SensitiveRun => ({
  run: { place: { ...PLACE, users, layout }, ratios: { ttftSeconds: 1, tpotSeconds: tpot, e2eSeconds: undefined } },
  growth: { ttftSeconds: NONE, tpotSeconds: NONE },
  medians: { ttftSeconds: 0.1, tpotSeconds: -0.02, e2eSeconds: 0 },
  spreads: { ttftSeconds: 0.2, tpotSeconds: 0.08, e2eSeconds: 0.08 },
});
const RUNS = [run(4, "a", 1.1), run(16, "a", 1.2), run(64, "a", 1.05), run(4, "b", 0.95), run(16, "b", 0.9)];

test.each(["run", "curve"] as const)("leaving out each %s at once is kriging by the others, run by run", (unseen) => {
  const trust = { noise: 0.04, carry: true, from: "measured" as const };
  const { latencies } = validated(RUNS, unseen, { ...trust, host: false, model: 1 });
  const slow = RUNS.map((own) => {
    const isOut = (each: SensitiveRun) => (unseen === "run" ? each === own : each.run.place.layout === own.run.place.layout);
    const others = RUNS.filter((each) => !isOut(each)).map((each) => each.run);
    const { mean } = offsetsAt(own.run.place, others, own, trust).tpotSeconds;
    return Math.log(own.run.ratios.tpotSeconds!) - own.medians.tpotSeconds - mean;
  });
  const tpot = latencies.find(({ measured }) => measured === "tpotSeconds")!;
  expect(tpot.after.median).toBeCloseTo(errorsOf(slow).median, 9);
  expect(tpot.after.p90).toBeCloseTo(errorsOf(slow).p90, 9);
  expect(tpot.before.median).toBeCloseTo(errorsOf(RUNS.map((each) => Math.log(each.run.ratios.tpotSeconds!))).median, 12);
});

test("a run without others of its curve is not predicted by one; one without others at all by nothing", () => {
  const belief = { noise: 0.03, carry: true, from: "measured" as const, host: false, model: 1 };
  expect(validated([run(4, "a", 1.1), run(4, "b", 1.1)], "run", belief).latencies).toEqual([]);
  expect(validated([run(4, "a", 1.1)], "curve", belief).latencies).toEqual([]);
});
