import { parametersOf } from "@tokenyard/model";
import { type ModelSpec, parseScenario, presetList } from "@tokenyard/scenario";
import { expect, test } from "vitest";

// Parameters as published: on the model's card or in its report. Active ones are given with the embedding's matrix, as that of the
// head, counted among them or not, whichever the publisher does.

interface Published {
  readonly total: number;
  readonly active?: number;
  readonly embeddingIsActive?: boolean;
  /** How far the published number may lie off by its own rounding, where that is more than 1 %. */
  readonly rounding?: number;
}

const PUBLISHED: Readonly<Record<string, Published>> = {
  "mixtral-8x7b": { total: 46.7e9, active: 12.9e9, embeddingIsActive: true },
  "mixtral-8x22b": { total: 140.6e9, active: 39.1e9, embeddingIsActive: true },
  "qwen3-30b-a3b": { total: 30.5e9, active: 3.34e9, embeddingIsActive: true },
  "qwen3-235b-a22b": { total: 235.1e9, active: 22.2e9, embeddingIsActive: true },
  "gpt-oss-20b": { total: 20.9e9, active: 3.61e9, embeddingIsActive: false },
  "gpt-oss-120b": { total: 116.8e9, active: 5.13e9, embeddingIsActive: false },
  "deepseek-v3": { total: 671e9 },
  "deepseek-r1": { total: 671e9 },
  "kimi-k2": { total: 1026.4e9 },
  "minimax-m2": { total: 228.7e9 },
  "glm-4.5": { total: 355e9 },
  "llama-4-scout": { total: 107.8e9 }, // without what sees
  "llama-4-maverick": { total: 400.7e9 },
  "qwen3-coder-480b": { total: 480.2e9 },
  "qwen3-32b": { total: 32.8e9 },
  "olmoe-1b-7b": { total: 6.92e9, active: 1.28e9, embeddingIsActive: true },
  "llama-3.1-8b": { total: 8.03e9 },
  "llama-3.1-70b": { total: 70.6e9 },
  "deepseek-v3.2": { total: 671e9 },
  "deepseek-v4-pro": { total: 1.6e12, rounding: 0.05 / 1.6 }, // published in two digits
  "deepseek-v4-flash": { total: 284e9 },
  "kimi-k3": { total: 2.8e12 },
  "glm-5.2": { total: 744e9 },
  "qwen3.5-397b": { total: 397e9 },
  "qwen3.5-122b": { total: 122e9 },
  "qwen3-next": { total: 80e9 },
  "minimax-m3": { total: 428e9 },
  "nemotron-3-super": { total: 120e9 },
  "gemma-4-31b": { total: 31e9 },
  "llama-3.1-405b": { total: 405e9 },
  "qwen3-8b": { total: 8.2e9 },
  "glm-5": { total: 744e9 },
  "qwen3.5-27b": { total: 27e9 },
  "nemotron-3-nano": { total: 31.6e9, active: 3.2e9, embeddingIsActive: false, rounding: 0.01 },
  "gemma-4-26b-a4b": { total: 25.2e9 },
};

const models = presetList().filter(({ kind, name }) => kind === "model" && name !== "plan-model");

function modelOf(preset: string): ModelSpec {
  return parseScenario({
    tokenyard: 1,
    model: preset,
    cluster: { gpu: "plan-card", network: "hgx-h100-ndr" },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }).model;
}

test.each(models.map(({ name }) => name))("%s has the parameters that are published, within 1 %% or their rounding", (name) => {
  const { total, active, embeddingIsActive, rounding = 0.01 } = PUBLISHED[name] ?? { total: Number.NaN };
  const counted = parametersOf(modelOf(name));
  expect(Math.abs(counted.total / total - 1)).toBeLessThan(rounding);
  if (active !== undefined) {
    expect(Math.abs((counted.active - (embeddingIsActive ? 0 : counted.embedding)) / active - 1)).toBeLessThan(0.01);
  }
});
