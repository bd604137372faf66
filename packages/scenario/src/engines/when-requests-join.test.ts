import { expect, test } from "vitest";
import { loadScenario } from "../load.ts";

const nothing = () => {
  throw new Error("no file");
};

/** `serving` with such an engine on 8 H100, whose attention has two data groups. */
function servingOf(engine: string, parallelism = "{ expert: 8, attention: { tensor: 4, data: 2 } }", more = "") {
  const text = `
tokenyard: 1
model: qwen3-235b-a22b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: ${parallelism}
engine: ${engine}
workload: { kind: closed, requests: 10, concurrency: 2, promptTokens: 100, outputTokens: 10 }
${more}
`;
  return loadScenario(text, { read: nothing }).scenario.serving;
}

test("vLLM's scheduler is one step ahead from 0.14 on, unless a flag or a pipeline forbids it", () => {
  expect(servingOf('{ name: vllm, version: "0.14" }').stepsAhead).toBe(1);
  expect(servingOf('{ name: vllm, version: "0.12" }').stepsAhead).toBeUndefined();
  expect(servingOf("{ name: vllm, flags: { async-scheduling: false } }").stepsAhead).toBeUndefined();
  expect(servingOf("vllm", "{ expert: 4, tensor: 1, pipeline: 2 }").stepsAhead).toBeUndefined();
  expect(servingOf("vllm", undefined, "serving: { stepsAhead: 0 }").stepsAhead).toBe(0); // a stated key wins
});

test("SGLang receives in every n-th decode step where its flag says so", () => {
  expect(servingOf("sglang")).toMatchObject({ stepsAhead: 1 });
  expect(servingOf("sglang").receiveInterval).toBeUndefined();
  expect(servingOf("{ name: sglang, flags: { scheduler-recv-interval: 10 } }").receiveInterval).toBe(10);
  expect(servingOf("vllm").streamInterval).toBeUndefined();
  for (const [name, flag] of [
    ["vllm", "stream-interval"],
    ["sglang", "stream-interval"],
    ["trtllm", "stream_interval"],
  ])
    expect(servingOf(`{ name: ${name}, flags: { ${flag}: 20 } }`).streamInterval).toBe(20);
});

test("TensorRT-LLM's prompts wait where steps and a share of the budget are stated", () => {
  const wait = (flags: string) => servingOf(`{ name: trtllm, flags: { ${flags} } }`).batchWait;
  expect(wait("batch_wait_timeout_iters: 20, batch_wait_max_tokens_ratio: 0.9")).toEqual({ steps: 20, share: 0.9 });
  expect(wait("batch_wait_timeout_iters: 20")).toBeUndefined(); // a ratio of 0 holds no request
  expect(wait("batch_wait_timeout_ms: 15")).toEqual({ steps: 0, time: 0.015, share: 1 });
});

test("TensorRT-LLM begins the prompts of data groups together where it is asked to", () => {
  const balanced = (flags: string) => servingOf(`{ name: trtllm, flags: { ${flags} } }`).dataGroups;
  const flags = "attention_dp_config: { enable_balance: true, timeout_iters: 60 }";
  expect(balanced(flags)).toEqual({ prompts: "aligned", timeoutSteps: 60, waitSteps: 10 });
  expect(balanced("attention_dp_config: { enable_balance: false }")).toBeUndefined();
});

test("a batch that is dealt out by a stated scheduler has none of these", () => {
  const text = `
tokenyard: 1
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: vllm
workload: { kind: batch, sequences: 4, promptTokens: 100, outputTokens: 10 }
serving: { scheduler: static }
`;
  expect(loadScenario(text, { read: nothing }).scenario.serving.stepsAhead).toBeUndefined();
});

test("TensorRT-LLM 1.0 has the host time that was measured of it, and later versions another", () => {
  expect(servingOf('{ name: trtllm, version: "1.0.0rc3" }').stepOverhead).toMatchObject({ step: 150e-6, layer: 40e-6 });
  expect(servingOf('{ name: trtllm, version: "1.1.0rc2" }').stepOverhead).toMatchObject({ step: 0, layer: 12.6e-6 });
});
