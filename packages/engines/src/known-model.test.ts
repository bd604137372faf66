import { loadScenario, resolvedOf } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { launchOf } from "./launch.ts";

const NO_FILES = {
  read: () => {
    throw new Error("no file");
  },
};

describe("a scenario that names no preset, such as that of a report,", () => {
  const resolved = (model: string) =>
    loadScenario(
      JSON.stringify(
        resolvedOf(
          loadScenario(
            `tokenyard: 1
model: { preset: ${model} }
cluster: { gpu: h200-sxm, network: hgx-h100-ndr }
parallelism: { expert: 8, tensor: 1, attention: { tensor: 8, data: 1 } }
engine: vllm
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`,
            NO_FILES,
          ).scenario,
        ),
      ),
      NO_FILES,
    ).scenario;

  test("is launched with the name of the model that has its sizes", () => {
    expect(launchOf(resolved("qwen3-235b-a22b"), { for: "vllm" }).files[0]!.text).toContain("vllm serve Qwen/Qwen3-235B-A22B \\");
    expect(launchOf(resolved("gpt-oss-120b"), { for: "vllm" }).files[0]!.text).toContain("vllm serve openai/gpt-oss-120b \\");
  });

  test("needs a name where two models have them", () => {
    expect(() => launchOf(resolved("deepseek-r1"), { for: "vllm" })).toThrow(
      "--model: a model whose sizes are those of deepseek-ai/DeepSeek-V3 and deepseek-ai/DeepSeek-R1; wanted one of them",
    );
  });
});
