import { loadScenario, resolvedOf } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { importText } from "./import.ts";
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

describe("formats of a checkpoint", () => {
  const precisionOf = (name: string) => importText(`vllm serve ${name} --tensor-parallel-size 8`, { file: "a.sh", gpu: "h200-sxm" });

  test.each<[string, object]>([
    ["Qwen/Qwen3-235B-A22B-GPTQ-Int4", { weights: "int4" }],
    ["Qwen/Qwen3-30B-A3B-AWQ", { weights: "int4" }],
    ["RedHatAI/Llama-3.3-70B-Instruct-quantized.w4a16", { weights: "int4" }],
    ["RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8", { weights: "int8" }],
    ["RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a16", { weights: "int8", compute: "bf16" }],
    ["RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", { weights: "fp8" }],
    ["moonshotai/Kimi-K2-Thinking", { weights: "bf16", experts: "int4" }],
    ["moonshotai/Kimi-K2.5", { weights: "bf16", experts: "int4" }],
    ["moonshotai/Kimi-K2.6", { weights: "bf16", experts: "int4" }],
    ["nvidia/Kimi-K2-Thinking-NVFP4", { weights: "bf16", experts: "nvfp4" }], // its config leaves attention and shared experts as they were
    ["nvidia/Kimi-K2.5-NVFP4", { weights: "bf16", experts: "nvfp4" }],
    ["openai/gpt-oss-120b", { weights: "bf16", experts: "mxfp4" }],
    ["deepseek-ai/DeepSeek-V3.1-Terminus", { weights: "fp8" }],
  ])("%s is in those of its name, which are assumed", (name, formats) => {
    const { loaded, assumed } = precisionOf(name);
    expect(loaded.scenario.model.precision).toMatchObject(formats);
    expect(assumed.some((each) => /name says|Kimi/.test(each))).toBe(!/gpt-oss|Terminus/.test(name));
  });

  test("a launch has a checkpoint in the formats of the plan, or asks for its name", () => {
    const launched = (model: string) => {
      const text = `tokenyard: 1
model: ${model}
cluster: { gpu: b200, network: hgx-b200-ndr }
parallelism: { tensor: 8 }
engine: vllm
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`;
      return launchOf(loadScenario(text, NO_FILES).scenario, { for: "vllm" }).lines[0]!.line;
    };
    expect(launched("{ preset: qwen3-235b-a22b }")).toContain("vllm serve Qwen/Qwen3-235B-A22B ");
    expect(launched("{ preset: qwen3-235b-a22b, precision: { experts: bf16 } }")).toContain("vllm serve Qwen/Qwen3-235B-A22B ");
    expect(launched("{ preset: qwen3-235b-a22b, precision: { weights: fp8 } }")).toContain("Qwen/Qwen3-235B-A22B-FP8 ");
    expect(launched("{ preset: qwen3-235b-a22b, precision: { experts: nvfp4 } }")).toContain("nvidia/Qwen3-235B-A22B-NVFP4 ");
    expect(launched("{ preset: qwen3-235b-a22b, precision: { weights: int4 } }")).toContain("Qwen/Qwen3-235B-A22B-GPTQ-Int4 ");
    expect(() => launched("{ preset: qwen3-235b-a22b, precision: { experts: fp8 } }")).toThrow(
      "--model: qwen3-235b-a22b with weights in bf16, experts in fp8, of which no name of the hub is known; wanted --model",
    );
    expect(() => launched("{ preset: deepseek-r1, precision: { weights: int4 } }")).toThrow("with weights in int4, of which no name");
  });
});
