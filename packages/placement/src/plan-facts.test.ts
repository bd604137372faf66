import { describe, expect, test } from "vitest";
import { deploymentPlan } from "./deployment-plan.contract.ts";
import { compilePlan } from "./plan.ts";
import { planFacts } from "./plan-facts.ts";

const facts = (parallelism: Readonly<Record<string, unknown>>) => {
  const scenario = deploymentPlan({ parallelism });
  return planFacts(scenario, compilePlan(scenario));
};

const deployed = {
  ranks: 512,
  nodes: 64, // of 8
  pipelineStages: 8,
  stages: 16,
  ranksPerPipelineStage: 64,
  ranksPerStage: 32, // 16 × 2
  ranksPerLayer: 32,
  expertGroups: 16,
  tensorGroups: 256, // 512 / 2
  exchange: "all-to-all",
  precision: {
    weights: "fp16",
    experts: "fp16",
    activations: "fp16",
    collectives: "fp16",
    dispatch: "fp16",
    combine: "fp16",
    kvCache: "fp16",
    products: ["fp16"],
  },
  parameters: 285_343_744, // 16 layers · (4·512² + 512·16 + 16·2·512·1024)
  activeParameters: 33_685_504, // 16 layers · (4·512² + 512·16 + 1·2·512·1024)
  declaredParameters: 10e9,
  weightBytesPerRank: { min: 2_113_536, max: 2_113_536 },
  kvBytesPerToken: 32_768, // 2 · 16 heads · 32 · 2 B · 16 layers
  flopsPerToken: {
    "0": 67_403_776, // 2 · 33,685,504 + 16 layers · 4·16·32 for the pair of the token with itself
    "1024": 100_958_208, // and 1024 · 32,768 for the pairs with those before it
    "4096": 201_621_504,
    "10240": 402_948_096,
    "32768": 1_141_145_600,
  },
};

describe("facts of a plan", () => {
  test("with own ranks are those of the deployment plan", () => {
    expect(facts({})).toEqual(deployed);
  });

  test("with two replicas of shared ranks are the same but for 8 stages, each with the weights of two layers", () => {
    const weightBytesPerRank = { min: 2 * 2_113_536, max: 2 * 2_113_536 };
    expect(facts({ layers: "shared-ranks", data: 2 })).toEqual({ ...deployed, stages: 8, weightBytesPerRank });
  });

  test("count the ranks of the fullest pipeline stage where layers do not divide", () => {
    expect(facts({ pipeline: 3 }).ranksPerPipelineStage).toBe(192); // 6 of 16 layers · 32
    expect(facts({ pipeline: 16 }).ranksPerPipelineStage).toBe(32); // one layer
  });

  test("keep the lightest and the fullest rank apart", () => {
    // 16 layers over 3 stages: 5, 5 and 6
    expect(facts({ layers: "shared-ranks", pipeline: 3 }).weightBytesPerRank).toEqual({ min: 5 * 2_113_536, max: 6 * 2_113_536 });
  });
});
