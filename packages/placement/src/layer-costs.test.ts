import { expect, test } from "vitest";
import { deploymentPlan } from "./deployment-plan.contract.ts";
import { layerCosts } from "./layer-bytes.ts";
import { compilePlan } from "./plan.ts";
import { precisionFacts } from "./precision-facts.ts";

const MODEL = {
  layers: 2,
  hiddenSize: 8,
  attention: { heads: 2, kvHeads: 2, headSize: 4 },
  experts: { count: 4, topK: 1, hiddenSize: 6, matrices: 3, shared: 1 },
  dense: { layers: 1, hiddenSize: 10, matrices: 2 },
};
const degrees = { tensor: 1, attentionTensor: 1 };

test("layers cost the bytes of their weights on a rank, routed experts in the mean of the ranks that hold them", () => {
  const scenario = deploymentPlan({ model: MODEL });
  // attention 4 · 8 · 8 · 2 B = 512; dense 2 · 8 · 10 · 2 B = 320; gate 8 · 4 · 2 B = 64; an expert 3 · 8 · 6 · 2 B = 288, and the shared one as much
  expect(layerCosts(scenario, { ...degrees, expert: 1 })).toEqual([512 + 320, 512 + 64 + 288 + 4 * 288]);
  expect(layerCosts(scenario, { ...degrees, expert: 2 })).toEqual([832, 512 + 64 + 288 + 2 * 288]);
  const { experts: _, ...dense } = MODEL;
  const alike = deploymentPlan({ model: { ...dense, dense: { hiddenSize: 10, matrices: 2 }, experts: undefined } });
  expect(layerCosts(alike, { ...degrees, expert: 1 })).toEqual([832, 832]);
});

test("formats of parts are reported where they are other than those of the weights, and the model has the part", () => {
  const formats = (model: object, precision: object) => {
    const scenario = deploymentPlan({
      model: { ...model, precision },
      parallelism: { layers: "shared-ranks", pipeline: 1, expert: 1, tensor: 1 },
    });
    const { attention, attentionOutput, dense, shared, experts } = precisionFacts(scenario, compilePlan(scenario));
    return { attention, attentionOutput, dense, shared, experts };
  };
  const none = { attention: undefined, attentionOutput: undefined, dense: undefined, shared: undefined };
  expect(formats(MODEL, { weights: "fp16" })).toEqual({ ...none, experts: "fp16" });
  expect(formats(MODEL, { weights: "fp8", attention: "bf16", dense: "fp16", shared: "bf16" })).toEqual({
    attention: "bf16",
    attentionOutput: "bf16",
    dense: "fp16",
    shared: "bf16",
    experts: "fp8",
  });
  const { dense: _, ...withoutDense } = MODEL;
  const plain = { ...withoutDense, experts: { ...MODEL.experts, shared: 0 } };
  expect(formats(plain, { weights: "fp8", dense: "fp16", shared: "bf16" })).toEqual({ ...none, experts: "fp8" });
});
