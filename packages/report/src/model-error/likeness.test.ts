import { parseScenario, resolvedOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { likenessOf } from "./likeness.ts";

const PLAN = { ranksPerLayer: 1, pipelineStages: 1 };
const CLOSED = { kind: "closed", requests: 20, concurrency: 2, promptTokens: 100, outputTokens: 10 };

const OPEN = { kind: "open", requests: 20, rate: "2 requests/s", promptTokens: 100, outputTokens: 10 };

function likeness(changes: Readonly<Record<string, unknown>>, plan = PLAN) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { preset: "llama-3.1-8b" },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: "vllm",
    workload: CLOSED,
    ...changes,
  });
  return likenessOf({ resolved: resolvedOf(scenario) as Record<string, unknown>, plan });
}

test("a plan of presets is like runs of its engine, kind of model and load", () => {
  expect(likeness({})).toEqual({
    engine: "vllm",
    kind: "dense",
    load: "closed",
    combinations: ["vllm llama-3.1-8b h100-sxm"],
    borrows: false,
  });
  expect(
    likeness({
      engine: { name: "trtllm", version: "1.0" },
      workload: OPEN,
    }),
  ).toMatchObject({
    engine: "trtllm 1.0",
    load: "open",
    combinations: ["trtllm llama-3.1-8b h100-sxm"],
  });
});

test("models with experts and latent attention are kinds of their own", () => {
  const parallelism = { expert: 8, tensor: 1 };
  expect(likeness({ model: { preset: "qwen3-30b-a3b" }, parallelism })).toMatchObject({ kind: "experts" });
  expect(likeness({ model: { preset: "deepseek-v3" }, parallelism })).toMatchObject({
    kind: "latent",
    combinations: ["vllm deepseek-v3 h100-sxm", "vllm deepseek-r1 h100-sxm"],
  });
});

test("what no measured run had is uncalibrated, each for its reason", () => {
  const uncalibrated: readonly (readonly [changes: Readonly<Record<string, unknown>>, reasons: readonly string[]])[] = [
    [{ cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels: "roofline" } }, ["roofline kernels"]],
    [{ engine: "ideal", serving: { scheduler: "continuous" } }, ["times without an engine's host"]],
    [{ serving: { stepOverhead: { step: "1 ms", layer: "0 s" } } }, ["times without an engine's host"]],
    [{ serving: { speculation: { kind: "ngram", tokens: 2, acceptance: { survival: ["50 %", "20 %"] } } } }, ["speculative decoding"]],
    [{ engine: { name: "vllm", flags: { "enforce-eager": true } } }, ["steps that are launched kernel by kernel"]],
    [{ engine: { name: "vllm", flags: { "optimization-level": 0 } } }, ["steps that are launched kernel by kernel"]],
    [{ engine: { name: "sglang", flags: { "disable-cuda-graph": true } } }, ["steps that are launched kernel by kernel"]],
    [{ engine: { name: "trtllm", flags: { cuda_graph_config: "null" } } }, ["steps that are launched kernel by kernel"]],
    [{ faults: [{ kind: "gpu-slow", at: "1 s", ranks: [0], speed: "50 %" }] }, ["faults"]],
  ];
  for (const [changes, reasons] of uncalibrated) expect(likeness(changes)).toEqual(reasons);
  expect(likeness({ parallelism: { context: 1 } })).toMatchObject({ engine: "vllm" });
  expect(likeness({}, { ranksPerLayer: 16, pipelineStages: 2 })).toEqual(["pipeline stages", "layers over several nodes"]);
});

test("attention to tokens that an indexer chooses is not like measured latent attention, nor are states", () => {
  const parallelism = { expert: 8, tensor: 1 };
  for (const preset of ["deepseek-v3.2", "glm-5.2", "qwen3-next"]) {
    expect(likeness({ model: { preset }, parallelism })).toEqual(["layers with states or sparse attention"]);
  }
});

test("a GPU without measured kernels borrows them", () => {
  expect(likeness({ cluster: { gpu: "h20", network: "hgx-h100-ndr" } })).toMatchObject({
    borrows: true,
    combinations: ["vllm llama-3.1-8b h20"],
  });
});
