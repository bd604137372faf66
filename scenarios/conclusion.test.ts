import { fileURLToPath } from "node:url";
import { loadScenarioFile, type Scenario, simulate } from "tokenyard";
import { expect, test } from "vitest";

const { scenario: plan } = loadScenarioFile(fileURLToPath(new URL("deployment-plan/scenario.yaml", import.meta.url)));

// "Fill the pipeline: more micro-batches" is what one would say of a pipeline that is mostly empty.
test("the 512-GPU plan is mostly bubbles, yet 32 micro-batches instead of 8 give less: a conclusion names the bottleneck and a bound, and no change", () => {
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
