import { fileURLToPath } from "node:url";
import { loadScenarioFile, type Scenario, simulate } from "tokenyard";
import { expect, test } from "vitest";

const { scenario: plan } = loadScenarioFile(fileURLToPath(new URL("deployment-plan/scenario.yaml", import.meta.url)));

/** A run of the gallery with its arrivals at another rate, in requests/s. */
const overloadAt = (rate: number) => {
  const { scenario } = loadScenarioFile(fileURLToPath(new URL("overload/scenario.yaml", import.meta.url)));
  return simulate({ ...scenario, workload: { ...scenario.workload, rate } } as Scenario);
};

// "Without the queue the mean TTFT is at least the rest" is what one would say; yet fewer requests also make smaller batches.
test("the rest of an overloaded run's mean TTFT is no bound: a request that shares its steps with few others takes less", () => {
  const { conclusion } = overloadAt(60);
  expect(conclusion.bottleneck).toMatchObject({ part: "breakdown.ttft.queue", atBest: null });
  const { queue, ...rest } = overloadAt(0.5).breakdown.ttft!;
  const alone = Object.values(rest).reduce((sum, each) => sum + each, 0);
  expect(alone).toBeLessThan(0.6 * conclusion.bottleneck!.rest!);
  expect(conclusion.sentences.slice(1).join(" ")).not.toMatch(/would|could|at (least|most)/);
});

// "Fill the pipeline: more micro-batches" is what one would say of a pipeline that is mostly empty.
test("the 512-GPU plan is mostly bubbles, yet 32 micro-batches instead of 8 give less: a conclusion names the bottleneck and a bound, and no change", {
  tags: "long",
}, () => {
  const { conclusion, throughput } = simulate(plan);
  const { bottleneck, sentences } = conclusion;
  expect(bottleneck).toMatchObject({ part: "bubbleShare", of: "throughput.tokensPerMsPerGpu" });
  expect(bottleneck!.share).toBeGreaterThan(0.9);
  expect(sentences.join(" ")).not.toMatch(/micro-batch/);
  const more = simulate({ ...plan, serving: { ...plan.serving, scheduler: { ...plan.serving.scheduler, microBatches: 32 } } } as Scenario);
  const ratio = more.throughput.tokensPerMsPerGpu! / throughput.tokensPerMsPerGpu!;
  expect(ratio).toBeLessThan(0.8);
  expect(ratio).toBeGreaterThan(0.5);
});
