import { test } from "@fast-check/vitest";
import { loadScenario, poolAlone, type Scenario } from "@tokenyard/scenario";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { publicLaunches } from "./fixtures/launches.ts";
import { MANIFEST_SCHEMAS } from "./fixtures/manifest-schemas.ts";
import { importText } from "./import.ts";
import { type LaunchTarget, launchOf, TARGETS } from "./launch.ts";
import { ImportProblems } from "./place.ts";

const load = (text: string) =>
  loadScenario(text, {
    read: () => {
      throw new Error("no file");
    },
  }).scenario;

/** The parts that a launch can say. */
function said(scenario: Scenario): object {
  const { pools } = scenario;
  return pools === undefined ? saidOf(scenario) : pools.map(({ role }, at) => ({ role, ...saidOf(poolAlone(scenario, at)) }));
}

function saidOf({ parallelism, serving, routing, rebalance, cluster, model, engine }: Scenario): object {
  const degrees = ({ expert, tensor, pipeline, data, attention }: Scenario["parallelism"]) => {
    const a = attention?.tensor ?? tensor;
    return { expert, tensor, pipeline, data, attention: { tensor: a, data: attention?.data ?? (expert * tensor) / a } };
  };
  return {
    engine: engine?.name,
    parallelism: degrees(parallelism),
    serving: { ...serving, balancer: undefined, speculation: serving.speculation && { ...serving.speculation, acceptance: undefined } },
    routing,
    rebalance,
    share: cluster.gpu.memoryShare,
    model,
  };
}

function again(scenario: Scenario, target: LaunchTarget, gpu: string): Scenario {
  const { files } = launchOf(scenario, { for: target, draft: "org/draft" });
  const named = new Map(files.map(({ name, text }) => [name, text]));
  const main = files.find(({ name }) => name.startsWith("launch")) ?? files[0]!;
  const version = scenario.engine?.version;
  return importText(main.text, { file: main.name, gpu, engineVersion: version, read: (name) => named.get(name) }).loaded.scenario;
}

const GPUS = ["h100-sxm", "h200-sxm", "b200", "l40s"] as const;
const MOE = "qwen3-235b-a22b";
const WITH_MODULES = "glm-4.5";
const DENSE = "llama-3.1-70b";

const shape = fc.record({
  tensor: fc.constantFrom(1, 2, 4, 8),
  data: fc.constantFrom(1, 2, 4),
  pipeline: fc.constantFrom(1, 2),
  spread: fc.boolean(),
});

/** The degrees of a shape, as a launch of `engine` may have them. */
function degreesText(
  { tensor, data, pipeline, spread }: { tensor: number; data: number; pipeline: number; spread: boolean },
  engine: string,
  isMoe: boolean,
): string {
  const stages = pipeline > 1 ? `, pipeline: ${pipeline}` : "";
  if (!isMoe) return `tensor: ${tensor}${stages}`;
  const [a, d] = engine === "trtllm" && data > 1 ? [1, tensor * data] : [tensor, data];
  const ranks = a * d;
  const experts = spread ? `expert: ${ranks}, tensor: 1` : `expert: 1, tensor: ${ranks}`;
  return `${experts}, attention: { tensor: ${a}, data: ${d} }${stages}`;
}

const FLAGS: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, unknown>>>>> = {
  vllm: fc.record(
    {
      "max-num-seqs": fc.integer({ min: 1, max: 2048 }),
      "max-num-batched-tokens": fc.constantFrom(2048, 8192, 16_384),
      "gpu-memory-utilization": fc.constantFrom(0.8, 0.9, 0.95),
      "block-size": fc.constantFrom(16, 32, 64),
      "enable-prefix-caching": fc.boolean(),
      "kv-cache-dtype": fc.constantFrom("auto", "fp8"),
      "enforce-eager": fc.boolean(),
      "all2all-backend": fc.constantFrom("allgather_reducescatter", "deepep_low_latency", "deepep_high_throughput"),
      "enable-dbo": fc.boolean(),
      "enable-eplb": fc.boolean(),
      "eplb-config.num_redundant_experts": fc.constantFrom(8, 16),
      "scheduling-policy": fc.constantFrom("fcfs", "priority"),
      "num-gpu-blocks-override": fc.integer({ min: 1000, max: 100_000 }),
      "cudagraph-capture-sizes": fc.constantFrom([1, 2, 4], [8, 16, 32, 64]),
      "enable-lora": fc.boolean(),
      "async-scheduling": fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  sglang: fc.record(
    {
      "max-running-requests": fc.constantFrom(64, 256, 1024),
      "chunked-prefill-size": fc.constantFrom(4096, 8192, 16_384),
      "mem-fraction-static": fc.constantFrom(0.7, 0.85),
      "page-size": fc.constantFrom(1, 16, 64),
      "disable-radix-cache": fc.boolean(),
      "enable-mixed-chunk": fc.boolean(),
      "moe-a2a-backend": fc.constantFrom("none", "deepep"),
      "deepep-mode": fc.constantFrom("auto", "normal", "low_latency"),
      "kv-cache-dtype": fc.constantFrom("auto", "fp8_e4m3"),
      "cuda-graph-max-bs": fc.constantFrom(64, 160),
      "disable-cuda-graph": fc.boolean(),
      "scheduler-recv-interval": fc.constantFrom(1, 10, 30),
      "stream-interval": fc.constantFrom(1, 20),
      "disable-overlap-schedule": fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  trtllm: fc.record(
    {
      max_batch_size: fc.constantFrom(16, 256, 2048),
      max_num_tokens: fc.constantFrom(2048, 8192),
      "kv_cache_config.free_gpu_memory_fraction": fc.constantFrom(0.75, 0.9),
      "kv_cache_config.enable_block_reuse": fc.boolean(),
      "kv_cache_config.dtype": fc.constantFrom("fp8", "auto"),
      "kv_cache_config.tokens_per_block": fc.constantFrom(32, 64),
      "cuda_graph_config.enable_padding": fc.boolean(),
      "scheduler_config.capacity_scheduler_policy": fc.constantFrom("GUARANTEED_NO_EVICT", "MAX_UTILIZATION"),
      stream_interval: fc.constantFrom(1, 20),
      batch_wait_timeout_iters: fc.constantFrom(0, 20),
      batch_wait_max_tokens_ratio: fc.constantFrom(0, 0.9),
      "attention_dp_config.enable_balance": fc.boolean(),
      "attention_dp_config.timeout_iters": fc.constantFrom(50, 60),
      "attention_dp_config.batching_wait_iters": fc.constantFrom(0, 10),
    },
    { requiredKeys: [] },
  ),
};

/** Flags of drafts by which an engine needs no more than a name of them. */
const DRAFTS: Readonly<Record<string, readonly string[]>> = {
  vllm: [
    "{ speculative-config: { method: mtp, num_speculative_tokens: 2 } }",
    "{ speculative-config: { method: eagle3, model: org/draft, num_speculative_tokens: 5, parallel_drafting: true } }",
    "{ speculative-config: { method: mtp, num_speculative_tokens: 3, num_speculative_tokens_per_batch_size: '[[1, 8, 3], [9, 64, 1]]' } }",
    "{ speculative-config: { method: medusa, num_speculative_tokens: 3 } }",
  ],
  sglang: [
    "{ speculative-algorithm: NEXTN }",
    "{ speculative-algorithm: EAGLE3, speculative-draft-model-path: org/draft, speculative-num-steps: 4, speculative-eagle-topk: 1, speculative-num-draft-tokens: 5 }",
    "{ speculative-algorithm: EAGLE, speculative-num-steps: 3, speculative-eagle-topk: 4, speculative-num-draft-tokens: 16 }",
  ],
  trtllm: [
    "{ speculative_config: { decoding_type: MTP, max_draft_len: 3 } }",
    "{ speculative_config: { decoding_type: Eagle3, speculative_model: org/draft, max_draft_len: 4, max_concurrency: 16 } }",
    "{ speculative_config: { decoding_type: Eagle3, speculative_model: org/draft, max_draft_len: 4, use_dynamic_tree: true, dynamic_tree_max_topK: 8, max_total_draft_tokens: 31 } }",
  ],
};

const STATED = ["{ kind: mtp, tokens: 1 }", "{ kind: eagle, tokens: 3 }", "{ kind: mtp, tokens: 7, acceptance: { conditional: 80 % } }"];

/** None, as flags of the engine, or as a key of the scenario. */
const draftsFor = (engine: string) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant({ flags: "{}", key: "" }) },
    { weight: 2, arbitrary: fc.constantFrom(...DRAFTS[engine]!).map((flags) => ({ flags, key: "" })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...STATED).map((speculation) => ({ flags: "{}", key: `serving: { speculation: ${speculation} }` })),
    },
  );

const plan = fc
  .record({
    engine: fc.constantFrom("vllm", "sglang", "trtllm"),
    gpu: fc.constantFrom(...GPUS),
    isMoe: fc.boolean(),
    isSplit: fc.boolean(),
    shape,
    other: shape,
    copies: fc.constantFrom(1, 2, 3),
  })
  .chain((base) => fc.record({ flags: FLAGS[base.engine]!, drafts: draftsFor(base.engine) }).map((more) => ({ ...base, ...more })));

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

function scenarioOf({ engine, gpu, isMoe: isDrawnMoe, isSplit, shape: first, other, copies, flags, drafts }: Plan): Scenario {
  const hasModules = engine === "vllm" && /kind: mtp|method: mtp/.test(`${drafts.flags} ${drafts.key}`);
  const isMoe = isDrawnMoe || hasModules;
  const hasDrafts = drafts.flags !== "{}" || drafts.key !== "";
  const degrees = (each: Plan["shape"]) => degreesText(hasDrafts ? { ...each, pipeline: 1 } : each, engine, isMoe); // which engines refuse together
  const roles = isSplit
    ? `pools:\n  - { role: prefill, count: ${copies}, parallelism: { ${degrees(first)} } }\n  - { role: decode, count: 2, parallelism: { ${degrees(other)} } }`
    : `parallelism: { ${degrees(first)}, data: ${copies} }`;
  return load(`tokenyard: 1
model: { preset: ${hasModules ? WITH_MODULES : isMoe ? MOE : DENSE} }
cluster: { gpu: ${gpu}, network: hgx-h100-ndr }
engine: { name: ${engine}, flags: { ${[JSON.stringify(flags), drafts.flags]
    .map((each) => each.slice(1, -1))
    .filter((each) => each.trim() !== "")
    .join(", ")} } }
${drafts.key}
${roles}
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`);
}

describe("what is launched is what is imported", () => {
  test.prop([plan], { numRuns: drawnCases(50) })("by lines", (each) => {
    const scenario = scenarioOf(each);
    expect(said(again(scenario, each.engine as LaunchTarget, each.gpu))).toEqual(said(scenario));
  });

  test.prop([plan, fc.constantFrom<LaunchTarget>("dynamo", "kubernetes")], { numRuns: drawnCases(40) })(
    "and by manifests",
    (each, target) => {
      const scenario = scenarioOf(each);
      expect(said(again(scenario, target, each.gpu))).toEqual(said(scenario));
    },
  );
});

const ajv = new Ajv2020({ allErrors: true, strict: true });
const validators = Object.fromEntries(Object.entries(MANIFEST_SCHEMAS).map(([kind, schema]) => [kind, ajv.compile(schema)]));

test.prop([plan, fc.constantFrom<LaunchTarget>("dynamo", "kubernetes")], { numRuns: drawnCases(25) })(
  "manifests keep the schemas of their kinds",
  (each, target) => {
    const { files } = launchOf(scenarioOf(each), { for: target, draft: "org/draft" });
    const documents = files.flatMap(({ text }) =>
      (parseAllDocuments(text) as { toJS(): { kind: string } }[]).map((document) => document.toJS()),
    );
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      const validate = validators[document.kind];
      expect(validate, document.kind).toBeDefined();
      expect(validate!(document) || validate!.errors).toBe(true);
    }
  },
);

describe("a launch of an imported line", () => {
  test("has its flags in the order of the table, and those that are not modelled as comments", () => {
    const line =
      "vllm serve openai/gpt-oss-120b --enable-lora --max-num-seqs 64 --host 0.0.0.0 -tp 2 --block-size 16 --gpu-memory-utilization 0.85";
    const { files } = launchOf(importText(line, { file: "a.sh" }).loaded.scenario, { for: "vllm" });
    expect(files[0]!.text).toBe(`#!/usr/bin/env bash
# --enable-lora true: not modelled; the server is slower: adapters add kernels to each layer; how much was not measured here
# 2 GPUs
vllm serve openai/gpt-oss-120b \\
  --tensor-parallel-size 2 \\
  --max-num-seqs 64 \\
  --enable-lora \\
  --gpu-memory-utilization 0.85 \\
  --block-size 16 \\
  --port 8000 &
wait
`);
  });

  test.each(publicLaunches().map((each) => [each.name, each] as const))(
    "%s comes out with the same plan",
    (name, { text, env, gpu, model, read }) => {
      const { loaded, deployment } = importText(text, { file: name, env, gpu, model, read });
      const { scenario } = loaded;
      const back = again(scenario, deployment.engine.name, gpu ?? "h100-sxm");
      expect(said({ ...back, model: scenario.model })).toEqual(said(scenario));
    },
  );
});

test("what an engine cannot do is refused by key, all at once", () => {
  const scenario = load(`tokenyard: 1
model: { preset: ${MOE} }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { expert: 4, tensor: 2, interleave: 2, pipeline: 2 }
serving: { scheduler: cadence }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`);
  const subjects = (target: LaunchTarget) => {
    try {
      launchOf(scenario, { for: target });
    } catch (error) {
      if (error instanceof ImportProblems) return error.problems.map(({ subject }) => subject);
      throw error;
    }
    return [];
  };
  expect(subjects("vllm")).toEqual(["serving.scheduler", "parallelism.interleave", "parallelism"]);
  expect(subjects("sglang")).toEqual(["serving.scheduler", "parallelism.interleave"]);
  expect(TARGETS.every((target) => subjects(target).length > 0)).toBe(true);
});

describe("the name of the model", () => {
  const withModel = (model: string) =>
    load(`tokenyard: 1
model: { ${model} }
cluster: { gpu: h200-sxm, network: hgx-h100-ndr }
parallelism: { tensor: 1 }
engine: { name: vllm }
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`);

  test("is that of its preset, and has to be given where sizes are others", () => {
    const { files } = launchOf(withModel("preset: qwen3-30b-a3b"), { for: "vllm" });
    expect(files[0]!.text).toContain("vllm serve Qwen/Qwen3-30B-A3B ");
    const fewer = withModel("preset: qwen3-30b-a3b, layers: 24");
    expect(() => launchOf(fewer, { for: "vllm" })).toThrow("--model: qwen3-30b-a3b with other sizes, which has no name of the hub");
    expect(launchOf(fewer, { for: "vllm", model: "mine" }).files[0]!.text).toContain("vllm serve mine ");
  });
});

describe("a launch of another engine's scenario", () => {
  const of = (engine: string, rest = "") =>
    load(`tokenyard: 1
model: { preset: qwen3-30b-a3b }
cluster: { gpu: h200-sxm, network: hgx-h100-ndr }
parallelism: { tensor: 1 }
engine: ${engine}
${rest}
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`);
  const lineOf = (scenario: Scenario, target: LaunchTarget) => launchOf(scenario, { for: target }).lines[0]!.line;

  test("has no graphs where that had none", () => {
    const eager = of("{ name: vllm, flags: { enforce-eager: true } }");
    expect(lineOf(eager, "sglang")).toContain(" --disable-cuda-graph");
    expect(lineOf(of("{ name: sglang, flags: { disable-cuda-graph: true, enable-mixed-chunk: true } }"), "vllm")).toContain(
      " --enforce-eager",
    );
    expect(lineOf(of("vllm"), "sglang")).not.toContain("graph ");
  });

  test.each([
    ["vllm", "enforce_eager: true", true],
    ["vllm", "compilation-config: { cudagraph_mode: NONE }", true],
    ["vllm", "compilation-config.mode: 0", true],
    ["vllm", "compilation-config: { mode: 0, cudagraph_mode: FULL_DECODE_ONLY }", false], // whole steps need no compiler
    ["vllm", "optimization-level: 0", true],
    ["vllm", "optimization-level: 1", false],
    ["vllm", "all2all-backend: deepep_high_throughput", false], // of a prefill worker alone
    ["sglang", "disable-decode-cuda-graph: true, enable-mixed-chunk: true", true],
    ["sglang", "cuda-graph-backend-decode: disabled, enable-mixed-chunk: true", true],
    ["sglang", "cuda-graph-backend-decode: full, enable-mixed-chunk: true", false],
    ["trtllm", "cuda_graph_config: 'null'", true],
  ])("of %s with %s has no graphs: %s", (name, flags, isUncaptured) => {
    const asked = { vllm: /--enforce-eager\b/, sglang: /--disable-cuda-graph\b/, trtllm: /"cuda_graph_config":null/ };
    const scenario = of(`{ name: ${name}, flags: { ${flags} } }`);
    for (const target of ["vllm", "sglang", "trtllm"] as const)
      if (target !== name) expect(asked[target].test(lineOf(scenario, target)), target).toBe(isUncaptured);
  });

  test("and the engine's own keeps the flag that was stated", () => {
    const line = lineOf(of("{ name: vllm, flags: { compilation-config: { mode: 0, cudagraph_mode: NONE } } }"), "vllm");
    expect(line).toContain(`--compilation-config '{"cudagraph_mode":"NONE","mode":0}'`);
    expect(line).not.toContain("eager");
  });

  const deepSeek = (flags: string) => `vllm serve deepseek-ai/DeepSeek-V3.1 -tp 1 -dp 16 -ep --all2all-backend deepep_low_latency ${flags}`;
  const imported = (text: string) => importText(text, { file: "serve.sh", gpu: "h200-sxm" }).loaded.scenario;

  test("sends prompts by DeepEP's normal kernels, as its low-latency buffers have no room for them", () => {
    const { lines, remarks } = launchOf(imported(deepSeek("")), { for: "sglang" });
    expect(lines[0]!.line).toContain("--moe-a2a-backend deepep");
    expect(lines[0]!.line).not.toContain("low_latency");
    expect(remarks).toContain("routing.dispatch: SGLang has by-phase, the scenario per-copy");
    const pools = `${deepSeek('--kv-transfer-config \'{"kv_role":"kv_producer"}\'')} &\n${deepSeek('--kv-transfer-config \'{"kv_role":"kv_consumer"}\'')}`;
    const both = launchOf(imported(pools), { for: "sglang" }).lines;
    expect(both.map(({ role, line }) => [role, line.includes("--deepep-mode low_latency")])).toEqual([
      ["prefill", false],
      ["decode", true],
    ]);
  });

  test("makes room in DeepEP's buffers for the tokens of a decode step, up to the 1,024 that SGLang asserts", () => {
    // sequences of a data group, tokens of each step, and the two variables: queues have two entries for each token and two more
    for (const [sequences, rows, room, queue] of [
      [128, 1, undefined, undefined], // the default has room
      [200, 1, "200", undefined],
      [512, 1, "512", "2048"], // 2 × 513 entries
      [300, 3, "900", "2048"],
      [600, 2, "1024", "4096"], // 1,200 tokens
    ] as const) {
      const drafts = rows === 1 ? "" : ` --speculative-config '{"method":"mtp","num_speculative_tokens":${rows - 1}}'`;
      const scenario = imported(deepSeek(`--max-num-seqs ${sequences}${drafts}`));
      const { files, remarks } = launchOf(scenario, { for: "sglang" });
      const variable = (name: string) => new RegExp(`\\b${name}=(\\d+) `).exec(files[0]!.text)?.[1];
      expect([variable("SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK"), variable("NVSHMEM_QP_DEPTH")]).toEqual([room, queue]);
      const refused = remarks.filter((remark) => remark.includes("--max-running-requests 8192")); // 1,024 / 2 × 16 groups
      expect(refused).toHaveLength(sequences * rows > 1024 ? 1 : 0);
    }
  });

  test("has SGLang overlap chains of drafts by its variable, which an import reads", () => {
    const line = "python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --speculative-algorithm NEXTN";
    const [plain, asked] = [line, `SGLANG_ENABLE_SPEC_V2=True ${line}`].map(imported);
    expect([plain!.serving.stepsAhead, asked!.serving.stepsAhead]).toEqual([undefined, 1]);
    expect([plain!, asked!].map((each) => launchOf(each, { for: "sglang" }).files[0]!.text.includes("SGLANG_ENABLE_SPEC_V2=1 "))).toEqual([
      false,
      true,
    ]);
    expect(launchOf(asked!, { for: "sglang" }).files[0]!.text).not.toContain("--enable-beta-spec");
    expect(launchOf(plain!, { for: "sglang" }).files[0]!.text).not.toContain("--disable-overlap-schedule"); // it is off as it is
  });

  test("takes no more memory than SGLang would unasked, which has activations beside it", () => {
    const { lines, remarks } = launchOf(of("{ name: vllm, flags: { gpu-memory-utilization: 0.95 } }"), { for: "sglang" });
    expect(lines[0]!.line).not.toContain("--mem-fraction-static");
    expect(remarks).toContainEqual(expect.stringMatching(/^cluster.gpu.memoryShare: SGLang has 0.9\d*, the scenario 0.95$/));
    // H200 has 143,771 MiB: 512 + 1.5 · 8,192 + 2 · 512 + 128 · 16 + 4.5 · 512 · 16 of them for a chunk of each group, graphs and ranks
    const wide = launchOf(imported(deepSeek("")), { for: "sglang" }).lines[0]!.line;
    expect(Number(/--mem-fraction-static (\S+)/.exec(wide)?.[1])).toBeCloseTo((143_771 - 52_736) / 143_771, 2);
    const careful = launchOf(of("{ name: vllm, flags: { gpu-memory-utilization: 0.8 } }"), { for: "sglang" });
    expect(careful.lines[0]!.line).toContain("--mem-fraction-static 0.8");
    const own = launchOf(of("{ name: sglang, flags: { mem-fraction-static: 0.95, enable-mixed-chunk: true } }"), { for: "sglang" });
    expect(own.lines[0]!.line).toContain("--mem-fraction-static 0.95");
  });

  test("is never to take all memory, which TensorRT-LLM alone does", () => {
    for (const [target, share] of [
      ["vllm", 0.92],
      ["sglang", 0.906],
    ] as const) {
      const { lines, remarks } = launchOf(of("trtllm"), { for: target });
      expect(lines[0]!.line).not.toMatch(/gpu-memory-utilization|mem-fraction-static/);
      expect(remarks).toContainEqual(expect.stringMatching(`^cluster.gpu.memoryShare: .* has ${share}, the scenario 1$`));
    }
    expect(lineOf(of("{ name: vllm, flags: { gpu-memory-utilization: 1 } }"), "vllm")).toContain(" --gpu-memory-utilization 1");
  });

  test("names the engine whose defaults work where a scheduler was set by another", () => {
    expect(() => launchOf(of("sglang"), { for: "vllm" })).toThrow(
      "serving.scheduler: prefill-first, which vLLM does not have; wanted continuous, as --set engine=vllm has unasked",
    );
    const stated = of("sglang", "serving: { scheduler: prefill-first }");
    expect(() => launchOf(stated, { for: "vllm" })).toThrow(/wanted continuous$/);
  });

  test("reports keys that the engine has no flag for", () => {
    const { remarks } = launchOf(of("trtllm", "serving: { streamInterval: 5 }"), { for: "vllm" });
    expect(remarks).toContain("serving.kv.share: vLLM has 1, the scenario 0.9");
    expect(remarks).toContain("serving.kv.admission: vLLM has none, the scenario output");
    expect(remarks.some((each) => each.startsWith("serving.streamInterval"))).toBe(false);
    const waits = launchOf(of("{ name: sglang, flags: { enable-mixed-chunk: true } }", "serving: { receiveInterval: 10 }"), {
      for: "vllm",
    });
    expect(waits.remarks).toContain("serving.receiveInterval: vLLM has none, the scenario 10");
  });
});

test("copies of SGLang that do not fit into a node are servers of their own, as it has replicas on one node alone", () => {
  const copies = (data: number) => {
    const scenario = load(`tokenyard: 1
model: { preset: ${DENSE} }
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
parallelism: { tensor: 4, data: ${data} }
engine: sglang
workload: { kind: open, requests: 10, rate: 1 requests/s, promptTokens: 100, outputTokens: 10 }
`);
    return launchOf(scenario, { for: "sglang" }).lines.map(({ copies, gpus, line }) => [copies, gpus, / --dp-size/.test(line)]);
  };
  expect(copies(2)).toEqual([[1, 8, true]]);
  expect(copies(3)).toEqual([[3, 4, false]]);
});
