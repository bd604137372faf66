import { loadScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { TRTLLM_GIVERS } from "./trtllm-flags.ts";

const fractionOf = (engine: string) => {
  const text = `tokenyard: 1
engine: ${engine}
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: open, requests: 100, rate: 4 requests/s, promptTokens: 600, outputTokens: 180 }
`;
  const { scenario } = loadScenario(text, { read: () => "", path: "s.yaml" });
  return TRTLLM_GIVERS["kv_cache_config.free_gpu_memory_fraction"]!(scenario, undefined as never, "all");
};

test("memory that another engine leaves free stays free: a cache takes 92 % of what is left, and not all of it", () => {
  expect(fractionOf("vllm")).toBe(0.92);
  expect(fractionOf("trtllm")).toBe(0.9); // its own
});
