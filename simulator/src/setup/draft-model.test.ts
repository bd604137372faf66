import { loadScenario, Problems } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "./prepare.ts";

const problemsOf = (engine: string) => {
  const text = `tokenyard: 1
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: ${engine}
workload: { kind: closed, concurrency: 2, requests: 4, promptTokens: 100, outputTokens: 10 }
`;
  const { scenario } = loadScenario(text, { read: () => "" });
  try {
    prepare(scenario);
    return [];
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`);
    throw error;
  }
};
const vllm = (config: string) => `{ name: vllm, version: "0.19", flags: { speculative-config: ${config} } }`;

test.each(["eagle", "eagle3"])("vLLM refuses a draft of method %s without its model, and takes it with one", (method) => {
  expect(problemsOf(vllm(`{ method: ${method}, num_speculative_tokens: 3 }`))).toEqual([
    `engine.flags.speculative-config: method ${method} without a model, which vLLM refuses; model: the name of the draft, beside it`,
  ]);
  expect(problemsOf(vllm(`{ method: ${method}, model: a/b, num_speculative_tokens: 3 }`))).toEqual([]);
});

test("drafts of the model's own, and those that a scenario states itself, need none", () => {
  expect(problemsOf(vllm("{ method: mtp, num_speculative_tokens: 1 }"))).toEqual([]);
  expect(problemsOf('{ name: vllm, version: "0.19" }\nserving: { speculation: { kind: eagle, tokens: 3 } }')).toEqual([]);
});
