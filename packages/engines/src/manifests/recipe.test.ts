import { expect, test } from "vitest";
import { importText } from "../import.ts";

const recipe = (parts: { resources?: string; backend?: string; benchmark?: string } = {}) => `# Workers run python -m dynamo.sglang.
name: r1
model: { path: dsr1, container: "lmsysorg/sglang:v0.5.8", precision: fp8 }
resources: ${parts.resources ?? "{ gpu_type: h200, gpus_per_node: 8, prefill_nodes: 1, prefill_workers: 2, decode_nodes: 2, decode_workers: 1 }"}
backend:
  ${
    parts.backend ??
    `type: sglang
  sglang_config:
    prefill: { tp-size: 4 }
    decode: { tp-size: 16, dp-size: 16, ep-size: 16, enable-dp-attention: true, cuda-graph-bs: [1, 2, 64] }`
  }
frontend: { type: dynamo, args: { router-mode: kv } }
${parts.benchmark ?? "benchmark: { type: sa-bench, isl: 1024, osl: 512, concurrencies: 64x128, num_prompts_mult: 5 }"}
`;

test("a recipe says pools, machines and load: 2 × 4 GPUs that prefill, 16 that decode, 64 clients with 5 prompts each", () => {
  const { loaded, deployment, taken, assumed } = importText(recipe(), { file: "r1.yaml" });
  const { scenario } = loaded;
  expect(scenario.pools?.map(({ role, count }) => [role, count])).toEqual([
    ["prefill", 2],
    ["decode", 1],
  ]);
  expect(scenario.pools?.map(({ parallelism }) => parallelism?.attention)).toEqual([undefined, { tensor: 1, data: 16 }]);
  expect(scenario.workload).toMatchObject({ kind: "closed", concurrency: 64, requests: 320 });
  expect(scenario.cluster.gpu.memory).toBe(importText(recipe(), { file: "r1.yaml", gpu: "h200-sxm" }).loaded.scenario.cluster.gpu.memory);
  expect(scenario.serving.balancer?.replicas).toMatchObject({ kind: "prefix-aware" });
  expect(deployment.version).toEqual({ text: "0.5.8", isAssumed: false });
  expect(taken).toContain("--cuda-graph-bs 1 2 64 → serving.batchSizes");
  expect(taken).toContain("resources.gpu_type h200-sxm → cluster.gpu");
  expect(assumed).toContain("the launch does not say: --ttft 1 s, --tpot 50 ms");
  expect(assumed).toContain("benchmark.concurrencies 64, 128: the first is simulated");
});

test("options win over a recipe", () => {
  const { loaded } = importText(recipe(), { file: "r1.yaml", gpu: "b200", rate: "3 requests/s", prompt: "100" });
  const { workload, cluster } = loaded.scenario;
  expect(workload).toMatchObject({ kind: "open", rate: 3 });
  expect(cluster.gpu.memory).toBeGreaterThan(importText(recipe(), { file: "r1.yaml" }).loaded.scenario.cluster.gpu.memory);
});

test("the newer form has its roles beside each other, and GPUs of a worker by number", () => {
  const text = `schema: 2
model: { path: /models/qwen, container: vllm }
resources: { gpu_type: h100, gpus_per_node: 8 }
engine: { type: vllm, connector: nixl }
roles:
  prefill: { nodes: 1, workers: 1, gpus: 2, args: { served-model-name: Qwen/Qwen3-30B-A3B, tensor-parallel-size: 2 } }
  decode: { nodes: colocate, workers: 3, gpus: 2, args: { served-model-name: Qwen/Qwen3-30B-A3B, tensor-parallel-size: 2, max-num-seqs: 64 } }
`;
  const { loaded, assumed } = importText(text, { file: "pd.yaml" });
  expect(loaded.scenario.pools?.map(({ count }) => count)).toEqual([1, 3]);
  expect(loaded.scenario.workload.kind).toBe("open");
  expect(assumed[0]).toBe("the launch does not say: --rate 4 requests/s, --prompt 600, --output 180, --ttft 1 s, --tpot 50 ms");
});

test("what a recipe has wrong is said at its place", () => {
  expect(() => importText(recipe({ backend: "type: atom" }), { file: "r.yaml" })).toThrow(
    "r.yaml:6:3: engine: atom; wanted vllm, sglang, trtllm",
  );
  const small = "{ gpu_type: h9, gpus_per_node: 8, prefill_nodes: 1, prefill_workers: 2, decode_nodes: 1, decode_workers: 1 }";
  expect(() => importText(recipe({ resources: small }), { file: "r.yaml" })).toThrow(
    "r.yaml:4:14: resources.gpu_type: h9; wanted a100-80g",
  );
  const few = small.replace("h9", "h200");
  expect(() => importText(recipe({ resources: few }), { file: "r.yaml" })).toThrow("decode: degrees that need 16 GPUs (1 × 16) on 8");
  const words = "{ gpu_type: h200, gpus_per_node: -4, prefill_nodes: two, prefill_workers: 1, decode_nodes: 1, decode_workers: 1.5 }";
  const refused = () => importText(recipe({ resources: words }), { file: "r.yaml" });
  for (const [key, given] of [
    ["gpus_per_node", "-4"],
    ["prefill_nodes", "two"],
    ["decode_workers", "1.5"],
  ])
    expect(refused).toThrow(`resources.${key}: ${given}; wanted a whole number`);
  const thirds = "{ gpu_type: h200, gpus_per_node: 8, prefill_nodes: 1, prefill_workers: 2, decode_nodes: 1, decode_workers: 3 }";
  expect(() => importText(recipe({ resources: thirds }), { file: "r.yaml" })).toThrow("decode: degrees that need 16 GPUs (1 × 16) on 2");
  const none = "{ gpu_type: h200, gpus_per_node: 8 }";
  expect(() => importText(recipe({ resources: none }), { file: "r.yaml" })).toThrow("r.yaml:4:1: a recipe without workers");
});

test("workers share flags by anchors and merge keys; an alias without an anchor is refused at its place", () => {
  const shared = (alias: string) => `type: sglang
  shared: &flags { tp-size: 4, mem-fraction-static: 0.7 }
  sglang_config:
    prefill: { <<: ${alias} }
    decode: { <<: *flags, tp-size: 16, dp-size: 16, ep-size: 16, enable-dp-attention: true }`;
  const { loaded, taken } = importText(recipe({ backend: shared("*flags") }), { file: "r.yaml" });
  expect(loaded.scenario.pools?.map(({ parallelism }) => parallelism?.tensor)).toEqual([4, 1]);
  expect(taken.filter((line) => line.includes("--mem-fraction-static 0.7"))).not.toEqual([]);
  expect(() => importText(recipe({ backend: shared("*flag") }), { file: "r.yaml" })).toThrow(
    /r\.yaml:9:20: .*\*flag, an alias without an anchor before it/,
  );
  expect(() => importText(recipe({ backend: shared("7") }), { file: "r.yaml" })).toThrow(/r\.yaml:1:1: .*Merge sources must be maps/);
});

test("a benchmark that is not simulated as it stands is said", () => {
  const said = (benchmark: string) =>
    importText(recipe({ benchmark }), { file: "r.yaml" }).assumed.filter((line) => /^benchmark/.test(line));
  expect(said("benchmark: { isl: many, osl: 512, concurrencies: 64x128 }")).toEqual([
    "benchmark: isl, osl and concurrencies are not all numbers, and none of them is taken",
  ]);
  expect(said("benchmark: { isl: 1024, osl: 512, concurrencies: [64], req_rate: 7 }")).toEqual([
    "benchmark.req_rate 7: not taken; clients send their next prompt when they are answered",
  ]);
  expect(said("benchmark: { isl: 1024, osl: 512, concurrencies: 64, req_rate: inf }")).toEqual([]);
  expect(said("benchmark: { type: manual }")).toEqual([]);
});

test("a pool's engine knows the GPU that the scenario names: TensorRT-LLM exchanges over NVLink on a GB200 and not on a B200", () => {
  const text = (gpu: string) => `model: { path: deepseek-ai/DeepSeek-R1 }
resources: { gpu_type: ${gpu}, gpus_per_node: 4, prefill_nodes: 1, prefill_workers: 1, decode_nodes: 2, decode_workers: 1 }
backend:
  type: trtllm
  trtllm_config:
    prefill: { tensor_parallel_size: 4, moe_expert_parallel_size: 4, enable_attention_dp: true }
    decode: { tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_attention_dp: true }
`;
  const exchangesOn = (gpu: string) => {
    const { scenario } = importText(text(gpu), { file: "r.yaml" }).loaded;
    return (scenario.pools ?? []).map(({ engine }) => engine?.values?.["routing.exchange"] ?? scenario.routing.exchange);
  };
  expect(exchangesOn("gb200")).toEqual(["all-to-all", "all-to-all"]);
  expect(exchangesOn("b200")).toEqual(["all-gather", "all-gather"]);
});
