import { expect, test } from "vitest";
import { loadScenario } from "../load.ts";
import { modelsByValues } from "./known-by-values.ts";
import { PRESETS } from "./registry.ts";

const modelOf = (model: string) =>
  loadScenario(
    `tokenyard: 1
model: { ${model} }
cluster: { gpu: h200-sxm, network: hgx-h100-ndr }
parallelism: { tensor: 1 }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`,
    {
      read: () => {
        throw new Error("no file");
      },
    },
  ).scenario.model;

test.each(Object.keys(PRESETS.model))("%s is known by the sizes that its resolved scenario has", (preset) => {
  expect(modelsByValues(modelOf(`preset: ${preset}`))).toContain(preset);
});

test("with other sizes a model is no preset, with another format it is", () => {
  expect(modelsByValues(modelOf("preset: qwen3-30b-a3b, layers: 24"))).toEqual([]);
  expect(modelsByValues(modelOf("preset: qwen3-30b-a3b, precision: { weights: fp8 }"))).toEqual(["qwen3-30b-a3b"]);
});
