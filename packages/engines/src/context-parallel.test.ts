import { loadScenario, type Scenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { importText } from "./import.ts";
import { type LaunchTarget, launchOf } from "./launch.ts";

const MODEL = "deepseek-ai/DeepSeek-R1";
const parallelismOf = (text: string) => importText(text, { file: "serve.sh" }).loaded.scenario.parallelism;

function again(scenario: Scenario, target: LaunchTarget): Scenario {
  const { files } = launchOf(scenario, { for: target });
  const named = new Map(files.map(({ name, text }) => [name, text]));
  const main = files.find(({ name }) => name.startsWith("launch")) ?? files[0]!;
  return importText(main.text, { file: main.name, gpu: "b200", read: (name) => named.get(name) }).loaded.scenario;
}

test("flags of each engine give the ranks that share contexts", () => {
  const shared = { attention: { tensor: 8, data: 1 }, context: 4 };
  expect(parallelismOf(`vllm serve ${MODEL} -tp 8 -ep --decode-context-parallel-size 4`)).toMatchObject({ expert: 8, ...shared });
  expect(parallelismOf(`python3 -m sglang.launch_server --model ${MODEL} --tp 8 --dcp-size 4`)).toMatchObject({ tensor: 8, context: 4 });
  expect(parallelismOf(`vllm serve ${MODEL} -tp 8`).context).toBeUndefined();
});

test("helix adds ranks, over which experts are split as well", () => {
  const options = "tensor_parallel_size: 2\ncontext_parallel_size: 4\nmoe_expert_parallel_size: 8\ncp_config: { cp_type: HELIX }\n";
  const line = `trtllm-serve ${MODEL} --extra_llm_api_options options.yaml`;
  const read = () => options;
  const { loaded, notModelled } = importText(line, { file: "serve.sh", gpu: "b200", read });
  expect(loaded.scenario.parallelism).toMatchObject({
    expert: 8,
    tensor: 1,
    attention: { tensor: 8, data: 1 },
    context: 4,
    contextQueries: "whole",
  }); // 2 × 4 GPUs
  expect(notModelled).toEqual([expect.stringMatching(/context_parallel_size 4: .*parts of results are sent while others are computed/)]);
});

test.each(["vllm", "sglang"] as const)("a launch of %s comes back with as many", (engine) => {
  const { scenario } = loadScenario(
    `tokenyard: 1\nmodel: deepseek-r1\ncluster: { gpu: b200, network: hgx-b200-ndr }\nengine: ${engine}\nparallelism: { expert: 8, attention: { tensor: 8 }, context: 8 }\nworkload: { kind: open, requests: 9, rate: 1 requests/s, promptTokens: 100, outputTokens: 9 }\n`,
    { read: () => "" },
  );
  expect(again(scenario, engine).parallelism.context).toBe(8);
});

test("TensorRT-LLM's servers that decode come back as helix, and those that compute prompts without", () => {
  const { scenario } = loadScenario(
    `tokenyard: 1\nmodel: deepseek-r1\ncluster: { gpu: b200, network: hgx-b200-ndr }\nengine: trtllm\npools:\n  - { role: prefill, parallelism: { expert: 8, attention: { tensor: 8 } } }\n  - { role: decode, parallelism: { expert: 8, attention: { tensor: 8 }, context: 4 } }\nworkload: { kind: open, requests: 9, rate: 1 requests/s, promptTokens: 100, outputTokens: 9 }\n`,
    { read: () => "" },
  );
  const launched = again(scenario, "trtllm").pools!.map(({ role, parallelism }) => [role, parallelism!.context]);
  expect(launched).toEqual([
    ["prefill", undefined],
    ["decode", 4],
  ]);
  const together = { ...scenario, pools: undefined, parallelism: scenario.pools![1]!.parallelism! };
  expect(() => launchOf(together, { for: "trtllm" })).toThrow(
    "contexts shared by servers that compute prompts, which TensorRT-LLM refuses",
  );
});
