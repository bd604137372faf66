import { expect, test } from "vitest";
import { pooledRuns } from "./sample-of-runs.ts";
import { scoredRuns } from "./scored-runs.ts";
import { type Served, serve } from "./served.ts";
import { type ServingRun, servingRunOf } from "./serving-run.ts";
import { scenarioOf } from "./serving-scenario.ts";
import { errorsIn, farther, kindOf, kindsTable } from "./stratum.ts";
import { tooFast } from "./too-fast.ts";

/** A row as the table has them. */
const ROW = {
  model: "meta-llama/Llama-3.1-8B-Instruct",
  gpu: "h100",
  backend: "vllm",
  backend_version: "",
  origin: "inferencex_csv",
  mode: "agg",
  gemm_q: "fp8",
  isl: "200",
  osl: "20",
  concurrency: "4",
  tp: "2",
  dp: "",
  moe_tp: "1",
  moe_ep: "1",
  ttft_ms: "20",
  tpot_ms: "5",
};
const runWith = (cells: Partial<typeof ROW>): ServingRun => servingRunOf({ ...ROW, ...cells });
const only = (run: ServingRun): Served => serve([run]).served[0]!;

test("a run is the closed loop of its row: lengths, users, ranks, formats", () => {
  const { workload, parallelism, model, cluster, serving } = scenarioOf(runWith({}), "fitted");
  expect(workload).toMatchObject({
    requests: 40,
    concurrency: 4,
    promptTokens: { from: 160, to: 200 },
    outputTokens: { from: 16, to: 20 },
  });
  expect([parallelism.tensor, parallelism.data, model.precision.weights]).toEqual([2, 1, "fp8"]);
  expect([cluster.kernels.kind, serving.stepOverhead?.layer]).toEqual(["fitted", 31e-6]);
  expect(scenarioOf(runWith({ origin: "nv_gap" }), "fitted").workload).toMatchObject({ promptTokens: { value: 200 } });
  const experts = runWith({ model: "Qwen/Qwen3-30B-A3B", tp: "2", moe_tp: "1", moe_ep: "2" });
  expect(scenarioOf(experts, "fitted").parallelism).toMatchObject({ expert: 2, tensor: 1, attention: { tensor: 2, data: 1 } });
});

test("lengths that are stated are drawn within 13 tokens of them, and graphs hold as many tokens as launch scripts say", () => {
  const fixed = scenarioOf(runWith({ origin: "nv_gap", osl: "100" }), "fitted").workload;
  expect(fixed).toMatchObject({ promptTokens: { value: 200 }, outputTokens: { from: 87, to: 113 } });
  expect(scenarioOf(runWith({ origin: "nv_gap", osl: "10" }), "fitted").workload).toMatchObject({ outputTokens: { from: 1, to: 23 } });
  const captured = (cells: Partial<typeof ROW>) => scenarioOf(runWith(cells), "fitted").serving.stepOverhead?.capturedTokens;
  expect([captured({}), captured({ model: "openai/gpt-oss-120b", gemm_q: "" })]).toEqual([512, 2048]);
  const llama = { model: "meta-llama/Llama-3.1-70B", tp: "8" };
  expect([captured(llama), captured({ ...llama, gpu: "b200" })]).toEqual([512, 0]);
  expect(captured({ backend: "trtllm" })).toBeUndefined();
});

test("NVIDIA's SGLang decodes beside prompts from the version on whose launch script asks for it", () => {
  const kindOf = (cells: Partial<typeof ROW>) =>
    scenarioOf(runWith({ backend: "sglang", origin: "nv_gap", ...cells }), "fitted").serving.scheduler.kind;
  const versions = ["0.5.1.post1", "0.5.3", "0.5.6.post2", "0.6.0", ""];
  expect(versions.map((backend_version) => kindOf({ backend_version }))).toEqual([
    "prefill-first",
    "continuous",
    "continuous",
    "continuous",
    "prefill-first",
  ]);
  const outputsOf = (backend_version: string) =>
    scenarioOf(runWith({ backend: "sglang", origin: "nv_gap", osl: "100", backend_version }), "launched").workload;
  expect(outputsOf("0.5.1.post1")).toMatchObject({ outputTokens: { value: 100 } }); // users of it stay in step
  expect(outputsOf("0.5.6.post2")).toMatchObject({ outputTokens: { from: 87, to: 113 } });
  expect(kindOf({ backend_version: "0.5.9", origin: "inferencex_db" })).toBe("prefill-first");
  expect(kindOf({ backend: "vllm", backend_version: "0.5.1" })).toBe("continuous");
});

test("four bits are those of routed experts where there are any, and the cache is as launch scripts and checkpoints have it", () => {
  const precisionOf = (cells: Partial<typeof ROW>) => scenarioOf(runWith({ ...cells, moe_tp: "8", tp: "8" }), "fitted").model.precision;
  const four = { gpu: "b200", gemm_q: "nvfp4" };
  expect(precisionOf({ ...four, model: "MiniMaxAI/MiniMax-M2.5" })).toMatchObject({ weights: "bf16", experts: "nvfp4", kvCache: "fp8" });
  expect(precisionOf({ ...four, model: "nvidia/Llama-3.1-70B" })).toMatchObject({ weights: "nvfp4", kvCache: "fp8" });
  expect(precisionOf({ model: "MiniMaxAI/MiniMax-M2.5" }).kvCache).not.toBe("fp8");
  const deepseek = { model: "deepseek-ai/DeepSeek-R1", gpu: "h200" };
  expect(precisionOf({ ...deepseek, backend: "trtllm" }).kvCache).toBe("fp8");
  expect(precisionOf({ ...deepseek, backend: "trtllm", origin: "nv_gap" }).kvCache).not.toBe("fp8");
  expect(precisionOf({ ...deepseek, backend: "sglang" }).kvCache).not.toBe("fp8");
});

/** A row of workers that prefill and others that decode. */
const POOLED = {
  ...ROW,
  model: "deepseek-ai/DeepSeek-V3",
  gpu: "h200",
  backend: "trtllm",
  mode: "disagg",
  concurrency: "36",
  p_workers: "1",
  p_tp: "1",
  p_dp: "8",
  p_moe_tp: "1",
  p_moe_ep: "8",
  d_workers: "9",
  d_tp: "8",
  d_dp: "1",
  d_moe_tp: "1",
  d_moe_ep: "8",
};
const pooledWith = (cells: Partial<typeof POOLED>): ServingRun => servingRunOf({ ...POOLED, ...cells });

test("workers that prefill and others that decode are two pools, of as many replicas each", () => {
  const { pools, workload, routing } = scenarioOf(pooledWith({}), "fitted");
  const [prefill, decode] = pools!;
  expect([prefill?.role, prefill?.count, decode?.role, decode?.count]).toEqual(["prefill", 1, "decode", 9]);
  expect(prefill?.parallelism).toMatchObject({ expert: 8, tensor: 1, attention: { tensor: 1, data: 8 } });
  expect(decode?.parallelism).toMatchObject({ expert: 8, tensor: 1, attention: { tensor: 8, data: 1 } });
  expect(workload).toMatchObject({ concurrency: 36, requests: 10 * 36 });
  expect(routing).toMatchObject({ exchange: "all-gather", resolution: "law", gate: { kind: "grouped", groups: 8, limit: 4 } });
  const [whole] = scenarioOf(pooledWith({ backend_version: "0.8.1.post1" }), "launched").pools!; // a version of Dynamo
  expect(whole?.engine).toMatchObject({ name: "trtllm", flags: { max_num_tokens: 16_384 } });
  const dense = { model: "Qwen/Qwen3-32B", p_dp: "2", p_moe_ep: "1", d_moe_ep: "1" };
  expect(scenarioOf(pooledWith(dense), "fitted").pools).toMatchObject([{ count: 2 }, { count: 9, parallelism: { tensor: 8 } }]);
});

test("runs of pools are simulated apart from the others, those without a number of workers not at all", () => {
  const runs = [runWith({}), pooledWith({}), pooledWith({ d_workers: "" }), pooledWith({ concurrency: "601" }), pooledWith({ isl: "100" })];
  expect(pooledRuns(runs)).toEqual([runs[1], runs[3], runs[4]]);
  const dense = pooledWith({ model: "meta-llama/Llama-3.1-8B", p_moe_ep: "1", d_moe_ep: "1", d_workers: "2", concurrency: "4" });
  const { fitted } = only(dense);
  expect(fitted.tpotSeconds).toBeLessThan(only(runWith({ tp: "1", isl: "200" })).fitted.tpotSeconds); // 8 ranks share it
});

test("runs that were measured as they are simulated are not off; those measured slower are, by as much", () => {
  const run = runWith({});
  const { fitted } = only(run);
  const slower = (by: number): ServingRun => ({ ...run, ttftSeconds: by * fitted.ttftSeconds, tpotSeconds: by * fitted.tpotSeconds });
  const { served } = serve([slower(1), slower(1.25), slower(2)]);
  expect(errorsIn(served.slice(0, 1), "fitted", "tpotSeconds")).toMatchObject({ median: 0, p90: 0, medianRatio: 1 });
  for (const time of ["ttftSeconds", "tpotSeconds"] as const) {
    const { median, p90, medianRatio } = errorsIn(served, "fitted", time);
    expect(median).toBeCloseTo(0.2, 9);
    expect(p90).toBeCloseTo(0.5, 9);
    expect(medianRatio).toBeCloseTo(0.8, 9);
  }
  const beside = served.map((each) => ({ ...each, engine: each.fitted, ideal: each.fitted }));
  expect(kindsTable(beside)).toContain("| vLLM, dense | 3 | 20.0 / 50 (0.80) |");
  expect(kindsTable(beside)).toContain("| all kinds alike | 3 | 20.0 / 50 |");
  expect(farther(beside)).toEqual([]);
  const worse = beside.map((each) => ({ ...each, ideal: { ...each.run, tpotSeconds: each.run.tpotSeconds } }));
  expect(farther(worse)).toEqual(["TPOT of vLLM, dense", "TTFT of vLLM, dense"]);
});

test("ratios that are kept give the times of their runs again, each of its own curve and users", () => {
  const of = (curve: string, concurrency: string): ServingRun => ({ ...runWith({ concurrency }), curve });
  const runs = [of("a", "4"), of("a", "8"), of("b", "4")];
  const kept = { engine: "vllm", kind: "dense", load: "closed", model: "", gpu: "", e2e: 1 } as const;
  const plain = { engine: { ttft: 1, tpot: 1 }, ideal: { ttft: 4, tpot: 5 } };
  const scored = scoredRuns(runs, [
    { ...kept, curve: "b", users: 4, ttft: 2, tpot: 0.5, plain },
    { ...kept, curve: "a", users: 8, ttft: 1, tpot: 1 },
    { ...kept, curve: "a", users: 4, load: "open", ttft: 1, tpot: 1 },
  ]);
  expect(scored.map(({ run }) => run)).toEqual([runs[1], runs[2]]);
  const { ttftSeconds, tpotSeconds } = runs[2]!;
  expect(scored[1]!.fitted).toEqual({ ttftSeconds: ttftSeconds / 2, tpotSeconds: tpotSeconds / 0.5 });
  expect(scored[1]!.ideal).toEqual({ ttftSeconds: ttftSeconds / 4, tpotSeconds: tpotSeconds / 5 });
  expect(scored[0]!.engine).toBeUndefined();
});

test("who states an engine alone says nothing else of the server, and an ideal one a scheduler", () => {
  const run = runWith({ backend_version: "0.15.1" });
  expect(scenarioOf(run, "engine")).toMatchObject({
    engine: { name: "vllm", version: "0.15.1" },
    serving: { scheduler: { kind: "continuous", maxSequences: 1024 }, stepsAhead: 1 },
  });
  expect(scenarioOf(run, "ideal").serving.stepOverhead).toBeUndefined();
  expect(scenarioOf(run, "engine").workload).toEqual(scenarioOf(run, "fitted").workload);
  expect(kindOf(run)).toBe("dense");
});

test("a script's waits and limits are those of its engine, model and GPU", () => {
  const llama = { backend: "trtllm", model: "meta-llama/Llama-3.1-70B", isl: "1024", osl: "1024", tp: "4" };
  const { serving } = scenarioOf(runWith(llama), "fitted");
  expect(serving).toMatchObject({ stepsAhead: 1, batchWait: { steps: 20, share: 0.9 } });
  expect(scenarioOf(runWith({ ...llama, origin: "nv_gap", backend_version: "1.0.0rc3" }), "fitted").serving).toMatchObject({
    stepOverhead: { step: 150e-6, promptLayer: 55e-6 },
  });
  const deepseek = { backend: "sglang", model: "deepseek-ai/DeepSeek-R1", gpu: "b200", tp: "8", moe_tp: "8", concurrency: "16" };
  expect(scenarioOf(runWith(deepseek), "fitted").serving).toMatchObject({ receiveInterval: 30, scheduler: { maxSequences: 128 } });
});

test("a pass of NVIDIA's TensorRT-LLM 1.0 has whole prompts, as many as fit beside 1,000 tokens, and outputs of the stated length", () => {
  const said = (isl: string, cells: Partial<typeof ROW> = {}) =>
    scenarioOf(
      runWith({ backend: "trtllm", backend_version: "1.0.0rc3", origin: "nv_gap", osl: "100", concurrency: "16", isl, ...cells }),
      "launched",
    );
  const { serving, workload, model, engine } = said("1024");
  expect(serving.scheduler).toMatchObject({ tokenBudget: 1024 + 16, maxSequences: 16 });
  expect([serving.stepsAhead, serving.kv?.share]).toEqual([undefined, 0.8]);
  expect(workload).toMatchObject({ promptTokens: { value: 1024 }, outputTokens: { value: 100 } });
  expect(engine).toMatchObject({ version: "1.0.0rc3" });
  expect([model.precision.kvCache, said("1024", { gemm_q: "" }).model.precision.kvCache]).toEqual(["fp8", undefined]);
  expect(["256", "512", "4096"].map((isl) => said(isl).serving.scheduler)).toMatchObject([
    { tokenBudget: 4 * 256 + 16 },
    { tokenBudget: 2 * 512 + 16 },
    { tokenBudget: 4096 + 16 },
  ]);
  const later = said("1024", { backend_version: "1.2.0rc6.post1" });
  expect(later.serving).toMatchObject({ stepsAhead: 1, scheduler: { tokenBudget: 8192 } });
  expect(later.workload).toMatchObject({ outputTokens: { from: 87, to: 113 } });
});

test("fitted kernels are other than the roofline's, and a pair of GPUs decodes faster than one", () => {
  const [one, two] = [only(runWith({ tp: "1" })), only(runWith({}))];
  expect(two.fitted.tpotSeconds).toBeLessThan(one.fitted.tpotSeconds);
  expect(two.fitted.tpotSeconds).not.toBe(two.roofline!.tpotSeconds);
  expect(two.fitted.ttftSeconds).toBeGreaterThan(0);
});

test("runs that no scenario can say are counted by name, and none is lost", () => {
  const odd = [
    runWith({ model: "Qwen/Qwen3.5-397B-A17B" }),
    runWith({ gpu: "tpu" }),
    runWith({ mode: "disagg" }),
    runWith({ concurrency: "" }),
    runWith({ model: "Qwen/Qwen3-30B-A3B", moe_ep: "4" }),
    runWith({ model: "meta-llama/Llama-3.1-70B", tp: "1", gemm_q: "" }), // 141 GB of weights on one GPU of 85.5
  ];
  const { served, left } = serve(odd);
  expect(served).toEqual([]);
  expect([...left.values()].reduce((sum, n) => sum + n, 0)).toBe(odd.length);
  expect(left.get("Qwen/Qwen3.5-397B-A17B: no preset")).toBe(1);
});

test("a run that no GPU could compute takes its deployment with it, and no other", () => {
  // 7.0 billion parameters in layers, 200 + 20 tokens less a tenth: 2.8 TFLOP a request. Four of them in 3.0 ms are 3.7 PFLOPS of two H100s' 3.96
  const odd = runWith({ ttft_ms: "1.1", tpot_ms: "0.1" });
  const [sameDeployment, other] = [runWith({ tp: "1", isl: "300" }), runWith({ gemm_q: "" })];
  expect(tooFast([odd, sameDeployment, other])).toEqual(new Set([odd, sameDeployment]));
  // of pools those that decode: 20 · 0.9 tokens of four requests in 0.2 ms on nine GPUs, 5.0 PFLOPS of 17.8 as prefill has them, of two: 4 · 2.5 TFLOP in 3 ms
  const pooled = pooledWith({
    model: "meta-llama/Llama-3.1-8B",
    p_moe_ep: "1",
    d_moe_ep: "1",
    p_dp: "1",
    concurrency: "4",
    ttft_ms: "1.1",
    tpot_ms: "0.1",
  });
  expect(tooFast([pooled, odd])).toEqual(new Set([pooled, odd]));
  const slower = runWith({ ttft_ms: "2.5", tpot_ms: "0.1" }); // 2.5 PFLOPS: 64 %
  expect(tooFast([slower, sameDeployment, other])).toEqual(new Set());
});
