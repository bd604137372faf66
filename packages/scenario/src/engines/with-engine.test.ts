import { describe, expect, test } from "vitest";
import { changing } from "../changing.ts";
import { loadScenario } from "../load.ts";
import { parseScenario } from "../parse.ts";
import { Problems, placeText } from "../problems/problem.ts";
import { resolvedOf } from "../resolved.ts";
import { engineForDegrees } from "./engine-for-degrees.ts";

const plan = (more: string, gpu = "h100-sxm", model = "qwen3-235b-a22b") => `
tokenyard: 1
model: ${model}
cluster: { gpu: ${gpu}, network: hgx-h100-ndr }
parallelism: { expert: 8, attention: { tensor: 4, data: 2 } }
workload: { kind: closed, requests: 10, concurrency: 2, promptTokens: 100, outputTokens: 10 }
${more}
`;
const nothing = () => {
  throw new Error("no file");
};
const load = (text: string, ...set: string[]) => loadScenario(text, { read: nothing, set }).scenario;

function problemsOf(text: string, ...set: string[]): string[] {
  try {
    load(text, ...set);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(
      ({ path, given, suggestion, place }) =>
        `${place && placeText(place)} ${path.join(".")} ${given}${suggestion ? ` → ${suggestion}` : ""}`,
    );
  }
  return [];
}

describe("vLLM on an H100", () => {
  const { serving, cluster, routing, engine } = load(plan("engine: vllm"));

  test("takes 1,024 sequences, 8,192 tokens and 92 % of the memory, and keeps prefixes in blocks of 16", () => {
    expect(serving.scheduler).toEqual({ kind: "continuous", tokenBudget: 8192, maxSequences: 1024, order: "first-come" });
    expect(cluster.gpu.memoryShare).toBe(0.92);
    expect(serving.kv).toMatchObject({ blockTokens: 16, prefixCache: true });
    expect(cluster.kernels).toMatchObject({ kind: "fitted", library: "vllm", launchShare: 0.6 });
    expect(serving.stepOverhead).toMatchObject({ layer: 31e-6, capturedTokens: 512 });
  });

  test("exchanges by an all-gather, and by slices of the tokens of a data group", () => {
    expect(routing).toMatchObject({ exchange: "all-gather", sequenceParallel: "slice" });
    const deepep = load(plan("engine: { name: vllm, flags: { all2all-backend: deepep_low_latency } }")).routing;
    expect(deepep).toMatchObject({ exchange: "all-to-all", dispatch: "per-copy" });
  });

  test("captures 1, 2, 4, every 8th below 256 and every 16th to 512", () => {
    expect(serving.batchSizes?.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(serving.batchSizes?.slice(-2)).toEqual([496, 512]);
    expect(serving.batchSizes).toHaveLength(3 + 31 + 17); // 8…248 are 31, 256…512 are 17
  });

  test("says where each value came from, and which version was assumed", () => {
    expect(engine).toMatchObject({ name: "vllm", version: "0.19" });
    expect(engine?.set?.["serving.scheduler.maxSequences"]).toBe("vllm 0.19, max-num-seqs by default");
    const stated = load(plan("engine: { name: vllm, flags: { max_num_seqs: 64 } }")).engine;
    expect(stated?.set?.["serving.scheduler.maxSequences"]).toBe("--max-num-seqs 64");
  });
});

test("vLLM keeps 14 bytes of each logit, and 30 while it sorted them; batches that are dealt out are none of its own", () => {
  const bytesOf = (engine: string, serving = "{}") => load(plan(`engine: ${engine}\nserving: ${serving}`)).serving.logitBytes;
  expect(bytesOf("vllm")).toBe(14);
  expect(bytesOf('{ name: vllm, version: "0.16" }')).toBe(30);
  expect(bytesOf("vllm", "{ logitBytes: 4 }")).toBe(4);
  expect(bytesOf("vllm", "{ scheduler: static }")).toBeUndefined();
  for (const engine of ["sglang", "trtllm", "ideal"]) expect(bytesOf(engine)).toBeUndefined();
});

test("smaller GPUs and A100s have smaller limits, an old version 90 % of the memory", () => {
  const limits = (gpu: string) => load(plan("engine: vllm", gpu, "qwen3-30b-a3b")).serving.scheduler;
  expect(limits("l40s")).toMatchObject({ tokenBudget: 2048, maxSequences: 256 });
  expect(limits("a100-80g")).toMatchObject({ tokenBudget: 2048, maxSequences: 256 }); // 80 GiB, but an A100
  expect(limits("h200-sxm")).toMatchObject({ tokenBudget: 8192, maxSequences: 1024 });
  expect(load(plan('engine: { name: vllm, version: "0.11" }')).cluster.gpu.memoryShare).toBe(0.9);
});

test("a version is read as it is written", () => {
  expect(load(plan("engine: { name: vllm, version: 0.20 }")).engine?.version).toBe("0.20");
  expect(load(plan("engine: vllm"), "engine.version=0.10").engine?.version).toBe("0.10");
  expect(load(plan("engine: vllm"), "engine.version=0.10").cluster.gpu.memoryShare).toBe(0.9);
  expect(load(plan("engine: { name: sglang, version: v0.5.6.post2 }")).engine?.version).toBe("0.5.6.post2");
});

test("SGLang reserves memory by its formula, shares limits among data groups, and computes prompts first", () => {
  const { serving, cluster } = load(plan("engine: sglang"));
  // 512 + 1.5 · 8192 + 2 · 512 + 128 · 8 = 14,848 MiB, and 4.5 · 512 · 2 for data-parallel attention, of 85.5 GB = 81,539 MiB
  expect(cluster.gpu.memoryShare).toBeCloseTo(1 - (14_848 + 4_608) / 81_539, 3);
  expect(serving.scheduler).toMatchObject({ kind: "prefill-first", tokenBudget: 4096, maxSequences: 2048 });
  expect(serving.kv).toMatchObject({ blockTokens: 1, prefixCache: true });
  const mixed = load(plan("engine: { name: sglang, flags: { enable-mixed-chunk: true, max-running-requests: 128 } }")).serving.scheduler;
  expect(mixed).toMatchObject({ kind: "continuous", maxSequences: 64 });
});

test("TensorRT-LLM takes 90 % of what is left, admits what will fit, and reads parts of its maps", () => {
  const { serving, cluster } = load(
    plan("engine: { name: trtllm, flags: { kv_cache_config: { free_gpu_memory_fraction: 0.8, dtype: fp8 } } }"),
  );
  expect(serving.kv).toMatchObject({ blockTokens: 32, share: 0.8, admission: "output", prefixCache: true });
  expect(cluster.gpu.memoryShare).toBe(1);
  expect(serving.scheduler).toMatchObject({ tokenBudget: 8192, maxSequences: 2048 });
});

test("a key that the scenario states wins, and limits that it states bound the others", () => {
  const { serving, cluster } = load(
    plan(
      "engine: vllm\nserving: { scheduler: { kind: continuous, tokenBudget: 512 }, kv: { prefixCache: false }, stepOverhead: { step: 1 ms } }",
    ),
    "cluster.gpu.memoryShare=80 %",
  );
  expect(serving.scheduler).toMatchObject({ tokenBudget: 512, maxSequences: 512 });
  expect(serving.kv?.prefixCache).toBe(false);
  expect(serving.stepOverhead).toMatchObject({ step: 1e-3, layer: 31e-6 });
  expect(cluster.gpu.memoryShare).toBe(0.8);
});

test("experts are as popular as in the measured runs, unless a gate is stated", () => {
  const gate = (more: string, ...set: string[]) => load(plan(more), ...set).routing.gate;
  for (const engine of ["vllm", "sglang", "trtllm"])
    expect(gate(`engine: ${engine}`)).toEqual({ kind: "lognormal", sigma: 0.6, shared: false });
  expect(gate("engine: vllm\nrouting: { gate: uniform }")).toEqual({ kind: "uniform" });
  expect(gate("engine: vllm\nrouting: { gate: { kind: grouped, groups: 8, limit: 4 } }")).toEqual({
    kind: "grouped",
    groups: 8,
    limit: 4,
    shared: false,
  });
  expect(gate("engine: vllm", "routing.gate.sigma=0.3")).toEqual({ kind: "lognormal", sigma: 0.3, shared: false });
  expect(gate("engine: ideal")).toEqual({ kind: "uniform" });
  const { engine, assumed } = load(plan("engine: vllm"));
  expect(engine?.set?.["routing.gate.sigma"]).toBe("vllm 0.19 as measured");
  expect(assumed).not.toContain("routing.gate");
  expect(load(plan("engine: vllm", "h100-sxm", "llama-3.1-70b").replace(/parallelism.*\n/, "")).routing.gate).toEqual({ kind: "uniform" });
});

test("another engine begins without the flags of the one before", () => {
  const text = plan("engine: { name: vllm, flags: { max-num-seqs: 64 } }");
  expect(load(text, "engine=sglang").engine?.flags).toBeUndefined();
  expect(load(text, "engine.flags.enforce-eager=true").cluster.kernels).toMatchObject({ launchShare: 1 });
  expect(load(text, "engine=ideal").serving.scheduler.kind).toBe("static");
});

test("flags of degrees set them, and contradict others only where those are stated", () => {
  const dense = (flags: string, more = "") => `
tokenyard: 1
model: llama-3.1-70b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
engine: { name: vllm, flags: ${flags} }
workload: { kind: closed, requests: 10, concurrency: 2, promptTokens: 100, outputTokens: 10 }
${more}`;
  expect(load(dense("{ tensor-parallel-size: 4, data-parallel-size: 2 }")).parallelism).toMatchObject({ tensor: 4, data: 2 });
  expect(problemsOf(dense("{ tensor-parallel-size: 4 }", "parallelism: { tensor: 8 }"))).toEqual([
    "scenario.yaml:7:16 parallelism.tensor 8 beside flags of the engine that make it 4",
  ]);
});

test("what is resolved keeps its values and their origins, and is read back as it is", () => {
  const scenario = load(plan("engine: { name: vllm, flags: { max-num-seqs: 64 } }"));
  const resolved = resolvedOf(scenario);
  expect(resolvedOf(parseScenario(resolved))).toEqual(resolved);
  const altered = structuredClone(resolved) as { serving: { scheduler: { maxSequences: number } } };
  altered.serving.scheduler.maxSequences = 65;
  expect(parseScenario(altered).serving.scheduler).toMatchObject({ maxSequences: 65 }); // it is not worked out again
});

test.each(["the file", "its resolved tree"])("each point of a sweep works the defaults out again, from %s", (from) => {
  const loaded = load(plan("engine: vllm"));
  const scenario = from === "the file" ? loaded : parseScenario(structuredClone(resolvedOf(loaded)));
  const change = changing(scenario);
  const whole = change(["parallelism.attention={ tensor: 8, data: 1 }"]);
  expect(whole.routing.exchange).toBeUndefined();
  expect(whole.routing.sequenceParallel).toBeUndefined();
  expect(change(["engine.flags.max-num-seqs=100"]).serving.scheduler).toMatchObject({ maxSequences: 100 });
  expect(change(["engine=trtllm"]).serving.kv).toMatchObject({ blockTokens: 32 });
  expect(change(["parallelism.attention={ tensor: 4, data: 2 }"]).routing.exchange).toBe("all-gather");
});

test("so does a search that changes degrees by itself", () => {
  const base = load(plan("engine: sglang"));
  const one = engineForDegrees({ ...base, parallelism: { ...base.parallelism, attention: { tensor: 8, data: 1 } } });
  const same = load(plan("engine: sglang"), "parallelism.attention={ tensor: 8, data: 1 }");
  expect(one.routing.exchange).toBe(same.routing.exchange);
  expect(one.serving.scheduler).toEqual(same.serving.scheduler);
  expect(one.cluster.gpu.memoryShare).toBe(same.cluster.gpu.memoryShare);
  const ideal = load(plan("engine: ideal"));
  expect(engineForDegrees(ideal)).toBe(ideal);
});

test("engines divide layers of several kinds by count, where there are stages, also after the degrees have changed", () => {
  const kinds = plan("engine: vllm", "h100-sxm", "qwen3.5-397b");
  const [one, two] = [load(kinds), load(kinds, "parallelism.pipeline=2")];
  expect(one.parallelism).not.toHaveProperty("partition");
  expect(two.parallelism.partition).toBe("count");
  expect(engineForDegrees({ ...one, parallelism: { ...one.parallelism, pipeline: 2 } })).toEqual(two);
  expect(engineForDegrees({ ...two, parallelism: { ...two.parallelism, pipeline: 1 } })).toEqual(one);
});

describe("mistakes", () => {
  test("are reported together, each with its place and what would work", () => {
    const text = plan(
      "engine: { name: vllm, version: 0.3, flags: { max-num-sqes: 3, gpu-memory-utilization: 92, all2all-backend: deepep } }",
    );
    expect(problemsOf(text)).toEqual([
      'scenario.yaml:7:23 engine.version "0.3"',
      "scenario.yaml:7:46 engine.flags.max-num-sqes unknown flag → max-num-seqs",
      "scenario.yaml:7:63 engine.flags.gpu-memory-utilization 92",
      "scenario.yaml:7:91 engine.flags.all2all-backend deepep",
    ]);
  });

  test("engines that there are not, and GPUs that no kernels were measured on", () => {
    expect(problemsOf(plan("engine: vlm"))).toEqual(["scenario.yaml:7:1 engine.name vlm → vllm"]);
    expect(problemsOf(plan("engine: vllm", "plan-card"))).toEqual([
      "scenario.yaml:7:1 engine vLLM on a GPU without measured kernels (plan-card)",
    ]);
    expect(problemsOf(plan("engine: vllm", "plan-card"), "cluster.kernels=roofline")).toEqual([]);
    expect(problemsOf(plan("engine: vllm", "h10-sxm"))).toEqual([expect.stringMatching(/cluster\.gpu h10-sxm → h100-sxm$/)]);
    expect(problemsOf(plan("engine: trtllm", "mi300x"), "cluster.kernels=roofline")).toEqual([
      "scenario.yaml:7:1 engine TensorRT-LLM on mi300x",
    ]);
  });

  test("a GPU on which only another library was measured lends its kernels, which is reported", () => {
    const { cluster, assumed } = load(plan("engine: vllm", "a100-80g"));
    expect(cluster.kernels).toMatchObject({ kind: "fitted", launchShare: 0.6 });
    expect(assumed).toContainEqual({ path: "engine", because: "no kernels of vllm were measured on this GPU: those of sglang stand in" });
  });

  test("says that a version beyond those that are known is taken for the newest of them", () => {
    const { assumed } = load(plan('engine: { name: vllm, version: "0.99" }'));
    expect(assumed).toContainEqual({
      path: "engine.version",
      because: expect.stringMatching(/^known up to [\d.]+: its flags and defaults stand for 0.99$/),
    });
    expect(load(plan('engine: { name: vllm, version: "0.19" }')).assumed).not.toContainEqual(
      expect.objectContaining({ path: "engine.version" }),
    );
  });

  test("flags of another version", () => {
    expect(problemsOf(plan("engine: { name: sglang, version: 0.5.9, flags: { enable-deepep-moe: true } }"))).toEqual([
      "scenario.yaml:7:50 engine.flags.enable-deepep-moe a flag of SGLang before 0.5 in 0.5.9",
    ]);
  });

  test("degrees that do not fit together", () => {
    const text = plan("engine: { name: sglang, flags: { tp-size: 8, ep-size: 3 } }").replace(/parallelism.*\n/, "");
    expect(problemsOf(text)[0]).toContain("engine.flags degrees of sglang that do not fit together");
  });
});

test("a flag that is not modelled is reported with what ignoring it costs, unless its value costs nothing", () => {
  const assumed = (flags: string) =>
    load(plan(`engine: { name: vllm, flags: ${flags} }`)).assumed.filter((each) => typeof each === "object");
  expect(assumed("{ speculative-config: { method: medusa, num_speculative_tokens: 3 } }")).toEqual([
    expect.objectContaining({
      path: "engine.flags.speculative-config.method",
      because: expect.stringMatching(/^not modelled; the server is faster: drafts/),
    }),
  ]);
  expect(assumed("{ stream-interval: 1, host: 0.0.0.0, enable-lora: false }")).toEqual([]);
});

test("layers that keep states have a prefix cache unasked where the engine gives them one, and windows in all", () => {
  const kvOf = (engine: string, model: string) =>
    load(plan(`engine: ${engine}`, "h100-sxm", model).replace(/parallelism: .*/, "parallelism: { tensor: 8 }")).serving.kv;
  for (const model of ["qwen3-next", "nemotron-3-super", "kimi-k3"]) {
    expect(kvOf("vllm", model)).toMatchObject({ prefixCache: false, states: { kind: "paged" } });
    expect(kvOf('{ name: vllm, version: "0.28" }', model)).toMatchObject({ prefixCache: true, states: { kind: "paged" } });
    expect(kvOf("sglang", model)).toMatchObject({
      prefixCache: true,
      states: { kind: "slots", share: expect.closeTo(0.9 / 1.9, 6), perRequest: 3 },
    });
    expect(kvOf("trtllm", model)?.prefixCache).toBe(false);
  }
  const flags = { "disable-radix-cache": true, "max-mamba-cache-size": 40 };
  expect(kvOf(`{ name: sglang, flags: ${JSON.stringify(flags)} }`, "kimi-k3")?.states).toMatchObject({ count: 40, perRequest: 1 });
  for (const engine of ["vllm", "sglang", "trtllm"]) expect(kvOf(engine, "gemma-4-31b")?.prefixCache).toBe(true);
  for (const engine of ["vllm", "sglang", "trtllm"]) expect(load(plan(`engine: ${engine}`)).serving.kv?.states).toBeUndefined();
});

describe("the cache of latent attention with an indexer, unasked", () => {
  const cacheOf = (engine: string, gpu: string, ...set: string[]) => {
    const { model, engine: settings } = load(plan(`engine: ${engine}`, gpu, "deepseek-v3.2"), ...set);
    return [model.precision.kvCache, settings?.set?.["model.precision.kvCache"]];
  };

  test("vLLM keeps it as the model computes, and 0.11 took fp8", () => {
    expect(cacheOf("vllm", "h200-sxm")).toEqual([undefined, undefined]);
    expect(cacheOf("{ name: vllm, version: 0.11.0 }", "h200-sxm")).toEqual(["fp8", "vllm 0.11.0, kv-cache-dtype by default"]);
    expect(cacheOf("{ name: vllm, version: 0.12.0 }", "b200")).toEqual([undefined, undefined]);
    expect(cacheOf("{ name: vllm, version: 0.11.0, flags: { kv-cache-dtype: bfloat16 } }", "h200-sxm")[0]).toBe("bf16");
  });

  test("SGLang takes fp8 on Blackwell alone", () => {
    expect(cacheOf("sglang", "h200-sxm")).toEqual([undefined, undefined]);
    expect(cacheOf("sglang", "b200")[0]).toBe("fp8");
    expect(cacheOf("sglang", "b200", "model.precision.kvCache=bf16")[0]).toBe("bf16");
    expect(cacheOf("sglang", "b200", "model=qwen3-235b-a22b")[0]).toBeUndefined();
  });

  test("SGLang has blocks of 64 tokens for it, and of one elsewhere", () => {
    const blockTokens = (gpu: string, model: string) => load(plan("engine: sglang", gpu, model)).serving.kv?.blockTokens;
    expect(blockTokens("h200-sxm", "deepseek-v3.2")).toBe(64);
    expect(blockTokens("h200-sxm", "deepseek-v3")).toBe(1);
  });

  test("vLLM scatters and gathers the tokens of its data groups, as for DeepSeek-V3", () => {
    const exchange = (model: string) => load(plan("engine: vllm", "h200-sxm", model)).routing.sequenceParallel;
    expect(exchange("deepseek-v3.2")).toBe(exchange("deepseek-v3"));
    expect(exchange("qwen3-235b-a22b")).toBe("slice");
  });
});
