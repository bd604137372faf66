import { expect, test } from "vitest";
import { loadScenario } from "../load.ts";

const nothing = () => {
  throw new Error("no file");
};
const POOLS = `
pools:
  - { role: prefill, parallelism: { tensor: 1 } }
  - { role: decode, parallelism: { tensor: 1 } }`;

/** `model.windowedCache` as an engine sets it for gpt-oss, or another model. */
function cacheOf(engine: string, { model = "gpt-oss-120b", more = "", gpu = "h100-sxm" } = {}): number | undefined {
  const text = `
tokenyard: 1
model: ${model}
cluster: { gpu: ${gpu}, network: hgx-h100-ndr }
engine: ${engine}
workload: { kind: open, rate: 1 requests/s, requests: 10, promptTokens: 100, outputTokens: 10 }${more}
`;
  return loadScenario(text, { read: nothing, set: [] }).scenario.model.windowedCache;
}
const vllm = (version: string, flags = "") => `{ name: vllm, version: "${version}", flags: { ${flags} } }`;

test("vLLM frees blocks outside a window, unless its manager of groups is off", () => {
  expect(cacheOf(vllm("0.19"))).toBeUndefined();
  expect(cacheOf(vllm("0.19", "disable-hybrid-kv-cache-manager: true"))).toBe(1);
  expect(cacheOf(vllm("0.19", "disable-hybrid-kv-cache-manager: true"), { model: "qwen3-30b-a3b" })).toBeUndefined();
});

test("which a connector turns off up to 0.21, unless it is asked for", () => {
  for (const flags of ["kv-offloading-size: 8", "kv-transfer-config: '{}'"]) {
    expect(cacheOf(vllm("0.21", flags))).toBe(1);
    expect(cacheOf(vllm("0.22", flags))).toBeUndefined();
    expect(cacheOf(vllm("0.21", `${flags}, disable-hybrid-kv-cache-manager: false`))).toBeUndefined();
  }
  expect([cacheOf(vllm("0.21"), { more: POOLS }), cacheOf(vllm("0.22"), { more: POOLS })]).toEqual([1, undefined]);
});

test("and attention in chunks up to 0.12", () => {
  const ofLlama = (version: string) => cacheOf(vllm(version), { model: "llama-4-scout", gpu: "h200-sxm" });
  expect([ofLlama("0.12"), ofLlama("0.13")]).toEqual([1, undefined]);
});

test("SGLang has a pool for windows, of 0.8 of the tokens of the other layers' pool, unless it is off", () => {
  expect(cacheOf("sglang")).toBe(0.8);
  expect(cacheOf("{ name: sglang, flags: { swa-full-tokens-ratio: 0.25 } }")).toBe(0.25);
  expect(cacheOf("{ name: sglang, flags: { swa-full-tokens-ratio: 0.25, disable-hybrid-swa-memory: true } }")).toBe(1);
  expect(cacheOf("sglang", { model: "qwen3-30b-a3b" })).toBeUndefined();
});

test("TensorRT-LLM caches all tokens in all layers, unless their windows are stated", () => {
  expect(cacheOf("trtllm")).toBe(1);
  expect(cacheOf("{ name: trtllm, flags: { kv_cache_config.max_attention_window: [128, 131072] } }")).toBeUndefined();
  expect(cacheOf("{ name: trtllm, flags: { kv_cache_config.max_attention_window: [131072] } }")).toBe(1);
  expect(cacheOf("trtllm", { model: "qwen3-30b-a3b" })).toBeUndefined();
});

test("a stated share wins, and one without windows is refused", () => {
  expect(cacheOf("trtllm", { model: "{ preset: gpt-oss-120b, windowedCache: 60 % }" })).toBe(0.6);
  expect(() => cacheOf("vllm", { model: "{ preset: qwen3-30b-a3b, windowedCache: 60 % }" })).toThrow("no layer has a window");
});
