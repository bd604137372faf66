import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { loadScenario } from "./load.ts";
import { parseScenario } from "./parse.ts";
import { messageOf, Problems, placeText } from "./problems/problem.ts";
import { kindsOf, schemaAt } from "./schema/language/structure.ts";
import { either, wantedOf } from "./schema/language/wanted.ts";
import { scenarioSchema } from "./schema/scenario.ts";

const PLAN = `tokenyard: 1
name: plan
model:
  layers: 16
  hiddenSize: 512
  attention: { heads: 16, kvHeads: 16, headSize: 32 }
  experts: { count: 16, topK: 1, hiddenSize: 1024, matrices: 2 }
cluster:
  gpu:
    compute: 400 TFLOPS
    computeEfficiency: 60 %
    bandwidth: 1.8 TB/s
    memory: 64 GB
  network:
    kind: two-tier
    node: { bandwidth: 450 GB/s, latency: 2 us }
    fabric: { bandwidth: 50 GB/s, latency: 5 us }
routing:
  gate: uniform
  capacityFactor: 1.2
workload:
  kind: batch
  sequences: 128
  promptTokens: { kind: uniform, from: 128, to: 10240 }
  outputTokens: 128
targets:
  ttft: 10 s
assumed: [cluster.network]
`;

/** What may stand at a path that has more kinds from time to time. */
function wantedAt(...path: string[]): string {
  return wantedOf(schemaAt(scenarioSchema, path) ?? scenarioSchema);
}

const GATE_KINDS = either(kindsOf(schemaAt(scenarioSchema, ["routing", "gate"]) ?? scenarioSchema));
const NETWORK_KINDS = either(kindsOf(schemaAt(scenarioSchema, ["cluster", "network"]) ?? scenarioSchema));

/** The problems of loading `text`, each as `place path: …`. */
function problemsOf(text: string, set: string[] = []): string[] {
  try {
    loadScenario(text, { read: () => "", path: "p", set });
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map((problem) => `${problem.place === undefined ? "nowhere" : placeText(problem.place)} ${messageOf(problem)}`);
  }
  return [];
}

/** The plan with `line` changed. */
function plan(line: string, changed: string): string {
  if (!PLAN.includes(line)) throw new Error(`the plan has no ${line}`);
  return PLAN.replace(line, changed);
}

test("the plan itself has no problem", () => {
  expect(problemsOf(PLAN)).toEqual([]);
});

describe("one wrong value is one problem, at its key", () => {
  test.each<[string, string, string]>([
    // quantities
    ["memory: 64 GB", "memory: 64", "p:13:5 cluster.gpu.memory: 64 given; wanted a positive quantity in B, such as 64 GB"],
    [
      "memory: 64 GB",
      'memory: "64"',
      'p:13:5 cluster.gpu.memory: "64" given; wanted a positive quantity in B, such as 64 GB, with its unit',
    ],
    [
      "memory: 64 GB",
      "memory: 64 GB/s",
      "p:13:5 cluster.gpu.memory: 64 GB/s given; wanted a positive quantity in B, such as 64 GB (bytes), not in B/s (bytes per second)",
    ],
    [
      "memory: 64 GB",
      "memory: 64 Gb",
      "p:13:5 cluster.gpu.memory: 64 Gb given; wanted a positive quantity in B, such as 64 GB; Gb is ambiguous, write GB for bytes or Gbit/s for bits per second",
    ],
    [
      "memory: 64 GB",
      "memory: 0 GB",
      "p:13:5 cluster.gpu.memory: 0 GB given; wanted a positive quantity in B, such as 64 GB, from 1 B to 1000 PB",
    ],
    [
      "memory: 64 GB",
      "memory: -64 GB",
      "p:13:5 cluster.gpu.memory: -64 GB given; wanted a positive quantity in B, such as 64 GB, from 1 B to 1000 PB",
    ],
    ["memory: 64 GB", "memory: .nan", "p:13:5 cluster.gpu.memory: .nan given; wanted a positive quantity in B, such as 64 GB"],
    ["memory: 64 GB", "memory: .inf", "p:13:5 cluster.gpu.memory: .inf given; wanted a positive quantity in B, such as 64 GB"],
    [
      "memory: 64 GB",
      "memory: 1e300 B",
      "p:13:5 cluster.gpu.memory: 1e300 B given; wanted a positive quantity in B, such as 64 GB, from 1 B to 1000 PB",
    ],
    ["memory: 64 GB", "memory: [64 GB]", "p:13:5 cluster.gpu.memory: [64 GB] given; wanted a positive quantity in B, such as 64 GB"],
    ["memory: 64 GB", "memory:", "p:13:5 cluster.gpu.memory: nothing given; wanted a positive quantity in B, such as 64 GB"],
    [
      "computeEfficiency: 60 %",
      "computeEfficiency: 160 %",
      "p:11:5 cluster.gpu.computeEfficiency: 160 % given; wanted a positive quantity in %, such as 60 %, from 0.0000001 % to 100 %",
    ],
    [
      "computeEfficiency: 60 %",
      "computeEfficiency: 0.6",
      "p:11:5 cluster.gpu.computeEfficiency: 0.6 given; wanted a positive quantity in %, such as 60 %",
    ],
    [
      "latency: 2 us",
      "latency: -2 us",
      "p:16:34 cluster.network.node.latency: -2 us given; wanted a quantity in s, such as 2 us, from 0 s to 9000000 s",
    ],
    [
      "compute: 400 TFLOPS",
      "compute: { fp16: 4 }",
      "p:10:16 cluster.gpu.compute.fp16: 4 given; wanted a positive quantity in FLOPS, such as 400 TFLOPS",
    ],
    // number formats
    [
      "  hiddenSize: 512",
      "  hiddenSize: 512\n  precision: { weights: fp8, activations: fp8 }",
      "p:6:30 model.precision.activations: fp8 given; wanted fp32, fp16 or bf16 (kernels hand on 16 bits even where they multiply in fewer: fp8 for products is compute, for a cache kvCache, for exchanges dispatch and combine)",
    ],
    [
      "  hiddenSize: 512",
      "  hiddenSize: 512\n  precision: { experts: int8, compute: int4 }",
      "p:6:31 model.precision.compute: int4 given; wanted a format of at least 8 bits, as no matrix has fewer: weights are fp16, experts int8",
    ],
    ["compute: 400 TFLOPS", "compute: {}", "p:10:5 cluster.gpu.compute: {} given; wanted the compute of at least one precision"],
    [
      "compute: 400 TFLOPS",
      "compute: { fp61: 4 TFLOPS }",
      "p:10:16 cluster.gpu.compute.fp61: unknown key given; wanted one of fp32, fp16, bf16, fp8, int8, int4, nvfp4, mxfp4; did you mean fp16?",
    ],
    // numbers
    ["layers: 16", "layers: 0", "p:4:3 model.layers: 0 given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: -1", "p:4:3 model.layers: -1 given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: 1.5", "p:4:3 model.layers: 1.5 given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: .nan", "p:4:3 model.layers: .nan given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: -.inf", "p:4:3 model.layers: -.inf given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: 1e300", "p:4:3 model.layers: 1e+300 given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: sixteen", "p:4:3 model.layers: sixteen given; wanted a whole number from 1 to 10000"],
    ["layers: 16", 'layers: "16"', 'p:4:3 model.layers: "16" given; wanted a whole number from 1 to 10000'],
    ["layers: 16", "layers: true", "p:4:3 model.layers: true given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "layers: { a: 1 }", "p:4:3 model.layers: { a: 1 } given; wanted a whole number from 1 to 10000"],
    ["layers: 16", "# layers", "p:3:1 model.layers: nothing given; wanted a whole number from 1 to 10000"],
    ["capacityFactor: 1.2", "capacityFactor: .nan", "p:20:3 routing.capacityFactor: .nan given; wanted a number from 0.000001 to 1e6"],
    ["capacityFactor: 1.2", "capacityFactor: 0", "p:20:3 routing.capacityFactor: 0 given; wanted a number from 0.000001 to 1e6"],
    [
      "memory: 64 GB",
      "memory: 64 GB\n    power: { idle: 800 W, peak: 700 W }",
      "p:14:14 cluster.gpu.power.idle: 800 W given; wanted at most peak, 700 W",
    ],
    ["matrices: 2", "matrices: 4", "p:7:52 model.experts.matrices: 4 given; wanted 2 or 3"],
    ["tokenyard: 1", "tokenyard: 2", "p:1:1 tokenyard: 2 given; wanted 1"],
    ["tokenyard: 1", "", "p:2:1 tokenyard: nothing given; wanted 1"],
    ["name: plan", "seed: -1", "p:2:1 seed: -1 given; wanted a whole number from 0 to 9007199254740991"],
    [
      "name: plan",
      "seed: 99999999999999999999",
      "p:2:1 seed: 100000000000000000000 given; wanted a whole number from 0 to 9007199254740991",
    ],
    ["name: plan", "name: 3", "p:2:1 name: 3 given; wanted text of 1 to 200 characters"],
    ["name: plan", 'name: ""', 'p:2:1 name: "" given; wanted text of 1 to 200 characters'],
    // keys
    ["layers: 16", "layers: 16\n  layer: 3", "p:5:3 model.layer: unknown key given; wanted one of 13 keys; did you mean layers?"],
    [
      "layers: 16",
      "layers: 16\n  __proto__: { layers: 3 }",
      "p:5:3 model.__proto__: unknown key given; wanted one of layers, hiddenSize, attention, layerKinds, layerPattern, residualStreams, experts, dense, vocabulary, tiedEmbedding, windowedCache, precision, declaredParameters",
    ],
    [
      "layers: 16",
      "layers: 16\n  constructor: 3",
      "p:5:3 model.constructor: unknown key given; wanted one of layers, hiddenSize, attention, layerKinds, layerPattern, residualStreams, experts, dense, vocabulary, tiedEmbedding, windowedCache, precision, declaredParameters",
    ],
    [
      "workload:",
      "workloads:",
      "p:21:1 workloads: unknown key given; wanted one of 35 keys; did you mean workload?", // and not that workload is missing, too
    ],
    [
      "headSize: 32",
      "headsize: 32",
      "p:6:40 model.attention.headsize: unknown key given; wanted one of kind, heads, kvHeads, headSize, window, qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim; did you mean headSize?",
    ],
    [
      "headSize: 32",
      "headSize: 32, gpusPerNode: 8",
      "p:6:54 model.attention.gpusPerNode: unknown key given; wanted one of kind, heads, kvHeads, headSize, window, qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim; did you mean cluster.gpusPerNode?",
    ],
    [
      "kind: batch",
      "kind: batch\n  rate: 3",
      "p:23:3 workload.rate: unknown key given; wanted one of kind, sequences, promptTokens, outputTokens, correlation, pairs, cachedTokens; did you mean kind: open or sessions?",
    ],
    [
      "gate: uniform",
      "gate: { kind: uniform, exponent: 1 }",
      "p:19:26 routing.gate.exponent: unknown key given; wanted one of kind; did you mean kind: zipf?",
    ],
    [
      "kind: batch",
      "kind: batch\n  users: 3",
      "p:23:3 workload.users: unknown key given; wanted one of kind, sequences, promptTokens, outputTokens, correlation, pairs, cachedTokens; did you mean concurrency, of kind: closed?",
    ],
    [
      "kind: batch",
      "kind: batch\n  max_num_seqs: 256",
      "p:23:3 workload.max_num_seqs: unknown key given; wanted one of kind, sequences, promptTokens, outputTokens, correlation, pairs, cachedTokens; did you mean serving.scheduler.maxSequences?",
    ],
    // maps, lists, choices
    [
      "routing:\n  gate: uniform\n  capacityFactor: 1.2",
      "routing: uniform",
      "p:18:1 routing: uniform given; wanted a map with gate, capacityFactor, minCapacity, capacityControl, capacityPer, capacityRounding, pad, exchange, dispatch, sequenceParallel, resolution, placement, expertReduce and overflow",
    ],
    ["gate: uniform", "gate: unifrom", `p:19:3 routing.gate: unifrom given; wanted ${wantedAt("routing", "gate")}; did you mean uniform?`],
    ["gate: uniform", "gate: 5", `p:19:3 routing.gate: 5 given; wanted ${wantedAt("routing", "gate")}`],
    ["gate: uniform", "gate: [uniform]", `p:19:3 routing.gate: [uniform] given; wanted ${wantedAt("routing", "gate")}`],
    ["gate: uniform", "gate: zipf", "p:19:3 routing.gate.exponent: nothing given; wanted a number from 0 to 100"],
    [
      "gate: uniform",
      "gate: { kind: zpif, exponent: 1 }",
      `p:19:11 routing.gate.kind: zpif given; wanted ${GATE_KINDS}; did you mean zipf?`,
    ],
    ["gate: uniform", "gate: { exponent: 1 }", `p:19:3 routing.gate.kind: nothing given; wanted ${GATE_KINDS}`],
    ["gate: uniform", "gate: { kind: [zipf] }", `p:19:11 routing.gate.kind: [zipf] given; wanted ${GATE_KINDS}`],
    ["kind: two-tier", "kind: three-tier", `p:15:5 cluster.network.kind: three-tier given; wanted ${NETWORK_KINDS}`],
    ["outputTokens: 128", "outputTokens: many", `p:25:3 workload.outputTokens: many given; wanted ${wantedAt("workload", "outputTokens")}`],
    ["outputTokens: 128", "outputTokens: 0", `p:25:3 workload.outputTokens: 0 given; wanted ${wantedAt("workload", "outputTokens")}`],
    ["outputTokens: 128", "outputTokens: 1.5", `p:25:3 workload.outputTokens: 1.5 given; wanted ${wantedAt("workload", "outputTokens")}`],
    ["from: 128", "from: x", "p:24:34 workload.promptTokens.from: x given; wanted a whole number from 1 to 1e9"],
    [
      "outputTokens: 128",
      "outputTokens: { kind: empirical, values: [1, x] }",
      "p:25:48 workload.outputTokens.values.1: x given; wanted a whole number from 1 to 1e9",
    ],
    [
      "outputTokens: 128",
      "outputTokens: { kind: empirical, values: [] }",
      "p:25:36 workload.outputTokens.values: [] given; wanted a list, each a whole number from 1 to 1e9, at least 1 of them",
    ],
    [
      "outputTokens: 128",
      "outputTokens: { kind: empirical, values: 3 }",
      "p:25:36 workload.outputTokens.values: 3 given; wanted a list, each a whole number from 1 to 1e9",
    ],
    // between keys
    ["topK: 1", "topK: 17", "p:7:25 model.experts.topK: 17 given; wanted at most 16, the number of experts"],
    [
      "layers: 16",
      "layers: 16\n  dense: { layers: 17, hiddenSize: 4 }",
      "p:5:12 model.dense.layers: 17 given; wanted at most 16, the number of layers",
    ],
    ["from: 128", "from: 99999", "p:24:47 workload.promptTokens.to: 10240 given; wanted at least 99999, the value of from"],
    [
      "outputTokens: 128",
      "outputTokens: { kind: empirical, values: [1, 2], weights: [1] }",
      "p:25:52 workload.outputTokens.weights: [1] given; wanted 2 weights, one for each value",
    ],
    [
      "outputTokens: 128",
      "outputTokens: { kind: empirical, values: [1, 2], weights: [0, 0] }",
      "p:25:52 workload.outputTokens.weights: [0, 0] given; wanted at least one weight over 0",
    ],
    [
      "outputTokens: 128",
      "outputTokens: { kind: lognormal, mean: 0, sigma: 1 }",
      "p:25:36 workload.outputTokens.mean: 0 given; wanted a number from 0.000001 to 1e9",
    ],
    [
      "outputTokens: 128",
      "outputTokens: { kind: lognormal, mean: 9, sigma: -1 }",
      "p:25:45 workload.outputTokens.sigma: -1 given; wanted a number from 0 to 10",
    ],
    [
      "outputTokens: 128",
      "outputTokens: { kind: exponential, mean: 9, from: 5, to: 4 }",
      "p:25:56 workload.outputTokens.to: 4 given; wanted at least 5, the value of from",
    ],
    // targets and assumptions
    [
      "ttft: 10 s",
      "tfft: 10 s",
      "p:27:3 targets.tfft: unknown metric given; wanted a metric: ttft, tpot, e2e, queue, itl, throughputPerGpu, prefillThroughputPerGpu, decodeThroughputPerGpu, goodput, attainment, loadVariance, rankLoadVariance, droppedShare, reroutedShare, maskedShare, outage, failed, downtime, gpus, cost, costPerMillionTokens, costPerMillionOutputTokens, power, energyPerToken, energyPerOutputToken, carbonPerMillionTokens, or a path of the report; did you mean ttft?",
    ],
    ["ttft: 10 s", "ttft: 10", "p:27:3 targets.ttft: 10 given; wanted a quantity in s, such as 2 us"],
    ["ttft: 10 s", "ttft: <= 30 s", "p:27:3 targets.ttft: <= 30 s given; wanted a quantity in s, such as 2 us; did you mean 30 s?"],
    [
      "ttft: 10 s",
      "ttft: '>= 30 s'",
      "p:27:3 targets.ttft: >= 30 s given; wanted a quantity in s, such as 2 us, as an upper bound: less is better",
    ],
    [
      "ttft: 10 s",
      "throughputPerGpu: < 30 tokens/ms",
      "p:27:3 targets.throughputPerGpu: < 30 tokens/ms given; wanted a quantity in tokens/ms, such as 100 tokens/ms, as a lower bound: more is better",
    ],
    ["ttft: 10 s", "ttft: 10 %", "p:27:3 targets.ttft: 10 % given; wanted a quantity in s, such as 2 us (time), not in % (a share)"],
    ["ttft: 10 s", "numerics.relative: 2", "p:27:3 targets.numerics.relative: 2 given; wanted a number above 0, up to 1, such as 1e-3"],
    ["ttft: 10 s", "numerics.tokens: 0.999", "p:27:3 targets.numerics.tokens: 0.999 given; wanted a quantity in %, such as 60 %"],
    [
      "ttft: 10 s",
      "numerics: { relative: 2 }",
      "p:27:15 targets.numerics.relative: 2 given; wanted a number above 0, up to 1, such as 1e-3",
    ],
    [
      "ttft: 10 s",
      "numerics: { token: 99 % }",
      "p:27:15 targets.numerics.token: unknown given; wanted numerics.relative, numerics.tokens or numerics.routing; did you mean numerics.tokens?",
    ],
    [
      "ttft: 10 s",
      "numerics: { tokens: 99 % }\n  numerics.tokens: 98 %",
      "p:27:3 targets.numerics: { tokens: 99 % } given; wanted a number or text",
    ],
    [
      "ttft: 10 s",
      "numerics: 99 %",
      "p:27:3 targets.numerics: 99 % given; wanted a map of relative, tokens and routing, each of which is stated once",
    ],
    ["ttft: 10 s", "attainment: 101 %", "p:27:3 targets.attainment: 101 % given; wanted at most 100 %: attainment is never more"],
    ["ttft: 10 s", "ttft: [10 s]", "p:27:3 targets.ttft: [10 s] given; wanted a number or text"],
    ["ttft: 10 s", "gpus: 10 s", "p:27:3 targets.gpus: 10 s given; wanted a number from 0 up, without a unit"],
    ["ttft: 10 s", "gpus: -1", "p:27:3 targets.gpus: -1 given; wanted a number from 0 up, without a unit"],
    ["ttft: 10 s", "gpus: .inf", "p:27:3 targets.gpus: .inf given; wanted a number or text"],
    ["targets:\n  ttft: 10 s", "targets: [ttft]", "p:26:1 targets: [ttft] given; wanted a map"],
    [
      "[cluster.network]",
      "[cluster.netwrok]",
      "p:28:11 assumed.0: cluster.netwrok given; wanted a path of the scenario; did you mean cluster.network?",
    ],
    [
      "[cluster.network]",
      "[gpu.memory]",
      "p:28:11 assumed.0: gpu.memory given; wanted a path of the scenario; did you mean cluster.gpu.memory?",
    ],
    ["[cluster.network]", '[""]', 'p:28:11 assumed.0: "" given; wanted a path of the scenario'],
    [
      "[cluster.network]",
      "[3]",
      "p:28:11 assumed.0: 3 given; wanted text, or a map with path, from and to, or a map with path and because",
    ],
    [
      "[cluster.network]",
      "cluster.network",
      "p:28:1 assumed: cluster.network given; wanted a list, each text, or a map with path, from and to, or a map with path and because",
    ],
    ["[cluster.network]", "[{ path: cluster.gpu.memory, from: 1 GB }]", "p:28:11 assumed.0.to: nothing given; wanted a number or text"],
    [
      "[cluster.network]",
      "[{ path: cluster.gpu.memory, from: 1, to: 2 GB }]",
      "p:28:39 assumed.0.from: 1 given; wanted a positive quantity in B, such as 64 GB",
    ],
    [
      "[cluster.network]",
      "[{ path: cluster.gpu.memory, from: 2 GB, to: 1 GB }]",
      "p:28:51 assumed.0.to: 1 GB given; wanted at least 2 GB, the value of from",
    ],
    [
      "[cluster.network]",
      "[{ path: model.layers, from: 1, to: 1.5 }]",
      "p:28:42 assumed.0.to: 1.5 given; wanted a whole number from 1 to 10000",
    ],
    [
      "[cluster.network]",
      "[{ path: workload.outputTokens, from: 1, to: 0 }]",
      "p:28:51 assumed.0.to: 0 given; wanted a whole number from 1 to 1e9",
    ],
    [
      "[cluster.network]",
      "[{ path: model.layerz, from: 1, to: 2 }]",
      "p:28:13 assumed.0.path: model.layerz given; wanted a path of the scenario; did you mean model.layers?",
    ],
  ])("%s → %s", (line, changed, problem) => {
    expect(problemsOf(plan(line, changed))).toEqual([problem]);
  });
});

test("pools come in pairs, under a scheduler that serves requests as they come, and count their replicas themselves", () => {
  const pools = (text: string) => problemsOf(`${plan("layers: 16", "layers: 16")}\n${text}`);
  expect(
    pools("pools: [{ role: prefill }, { role: prefill, parallelism: { data: 2 } }]").map((line) => line.replace(/^p:[0-9:]* /, "")),
  ).toEqual([
    "pools: [{ role: prefill }, { role: prefill, parallelism: { data: 2… given; wanted one pool with role: prefill and one with role: decode",
    "pools.1.parallelism.data: 2 given; wanted 1: the count of a pool is its number of replicas",
    "serving.scheduler: nothing given; wanted a scheduler that serves requests as they come, beside pools: continuous, prefill-first or cadence",
  ]);
  const [role] = pools("serving: { scheduler: continuous }\npools: [{ role: decode }, { role: prefil }]");
  expect(role).toContain("pools.1.role: prefil given; wanted prefill or decode; did you mean prefill?");
});

test("all problems are reported at once, in the order of the file", () => {
  const text = plan("layers: 16", "layers: none")
    .replace("memory: 64 GB", "memory: 64")
    .replace("gate: uniform", "gate: uniform\n  gait: 1")
    .replace("topK: 1", "topK: 20");
  expect(
    problemsOf(text.replace("ttft", "tttt").replace("cluster.network]", "cluster.networkk]")).map((line) =>
      line.split(" ").slice(0, 2).join(" "),
    ),
  ).toEqual([
    "p:4:3 model.layers:",
    "p:7:25 model.experts.topK:",
    "p:13:5 cluster.gpu.memory:",
    "p:20:3 routing.gait:",
    "p:28:3 targets.tttt:",
    "p:29:11 assumed.0:",
  ]);
});

test("problems by the thousand are counted, not listed", () => {
  const lines = problemsOf(`${PLAN}${Array.from({ length: 5000 }, (_, i) => `k${i}: 1\n`).join("")}`);
  expect(lines.length).toBeLessThanOrEqual(101);
  const many = problemsOf(plan("outputTokens: 128", `outputTokens: { kind: empirical, values: [${"x,".repeat(5000)}] }`));
  expect(many).toHaveLength(101);
  expect(many.at(-1)).toBe("p:1:1 4900 more given; wanted these solved first");
});

describe("a preset that is not known", () => {
  test("is reported once, without the values that it would give", () => {
    expect(problemsOf(PLAN, ["cluster.gpu={ preset: plan-crad, memory: 3 }"])).toEqual([
      expect.stringMatching(/^--set 1 cluster.gpu.preset: plan-crad given; wanted a preset: .* did you mean plan-card\?$/),
      "--set 1 cluster.gpu.memory: 3 given; wanted a positive quantity in B, such as 64 GB",
    ]);
  });

  test("is reported with the key that reads a config, where one is named in place of a model", () => {
    expect(problemsOf(PLAN, ["model=./config.json"])).toEqual([
      expect.stringMatching(/or \{ huggingface: the path of a config.json \}; did you mean \{ huggingface: \.\/config\.json \}\?$/),
    ]);
  });

  test("is reported as a bare word with what may stand there", () => {
    expect(problemsOf(PLAN, ["cluster.gpu=plan-crad"])).toEqual([
      expect.stringMatching(
        /^--set 1 cluster.gpu: plan-crad given; wanted a map with compute, .* or a preset: .* did you mean plan-card\?$/,
      ),
    ]);
  });

  test("is reported where it must be a word", () => {
    expect(problemsOf(plan("gpu:\n", "gpu:\n    preset: 3\n"))).toEqual([
      expect.stringContaining("p:10:5 cluster.gpu.preset: 3 given; wanted a preset: "),
    ]);
  });
});

describe("text that is no scenario", () => {
  const map = "wanted a map, such as `tokenyard: 1`";
  test.each([
    ["nothing", "", `p:1:1 an empty text given; ${map}`],
    ["a comment", "# a plan\n", `p:1:1 an empty text given; ${map}`],
    ["null", "null", `p:1:1 an empty text given; ${map}`],
    ["a list", "- 1\n- 2", `p:1:1 [1, 2] given; ${map}`],
    ["a word", "\nhello", `p:2:1 hello given; ${map}`],
    ["two documents", "a: 1\n---\nb: 2", "p:2:1 a second document given; wanted one document in the file"],
    [
      "an open bracket",
      "a: 1\nb: [1\n",
      "p:3:1 unreadable text given; wanted YAML 1.2 (Flow sequence in block collection must be sufficiently indented and end with a ])",
    ],
    ["a tab", "a:\n\t- 1", "p:2:1 unreadable text given; wanted YAML 1.2 (Tabs are not allowed as indentation)"],
    [
      "a tab, and all that follows from it",
      "a:\n  b: 1\n\tc: 2\n  d: 3\nd: 4",
      "p:3:1 unreadable text given; wanted YAML 1.2 (Tabs are not allowed as indentation)",
    ],
    ["a custom tag", "a: 1\nb: !thing 2", "p:2:4 unreadable text given; wanted YAML 1.2 (Unresolved tag: !thing)"],
    ["a key twice", "a: 1\nb: { c: 1, c: 2 }", "p:2:12 b.c: the key a second time given; wanted each key once"],
    ["a list as a key", "? [a]\n: 1", "p:1:3 a key that is not a word given; wanted a plain word as the key"],
    ["an alias of nothing", "a: 1\nb: *c", "p:2:1 b: *c given; wanted an anchor &c before it"],
    ["an alias of itself", "a: 1\nb: &b [*b]", "p:2:8 b.0: *b given; wanted an alias of something that does not hold it"],
    ["65 brackets", `a: 1\nb: ${"[".repeat(65)}`, "p:2:68 a deeper nesting given; wanted at most 64 levels"],
    ["65 braces", `a: 1\nb: ${"{a: ".repeat(65)}`, "p:2:260 a deeper nesting given; wanted at most 64 levels"],
    ["65 dashes", `a: 1\nb:\n ${"- ".repeat(65)}`, "p:3:130 a deeper nesting given; wanted at most 64 levels"],
    [
      "65 indents",
      Array.from({ length: 65 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      "p:65:65 a deeper nesting given; wanted at most 64 levels",
    ],
  ])("%s", (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test("a bomb of aliases is refused at the alias that goes too far", () => {
    const layers = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`); // 10⁹ values
    // a4 would hold 10⁵ values and more
    expect(problemsOf(`a0: &a0 [${"x,".repeat(10)}]\n${layers.join("\n")}`)).toEqual([
      expect.stringMatching(/^p:5:\d+ a4\.\d: aliases of aliases given; wanted aliases that repeat at most 100000 values$/),
    ]);
  });

  test("a text over 4 MiB is refused before it is read", () => {
    expect(problemsOf("#".repeat(4 * 1024 * 1024 + 1))).toEqual(["p:1:1 a longer text given; wanted at most 4 MiB"]);
    expect(problemsOf("é".repeat(2 * 1024 * 1024 + 1))).toEqual(["p:1:1 a longer text given; wanted at most 4 MiB"]); // two bytes each
  });

  test("four megabytes of brackets are refused at the first that is too deep", () => {
    expect(problemsOf(`a: ${"[".repeat(4e6)}`)).toEqual(["p:1:68 a deeper nesting given; wanted at most 64 levels"]);
  });

  test("a merge key is a plain key, as YAML 1.2 has it", () => {
    expect(problemsOf(`${PLAN}<<: { seed: 2 }`)).toEqual([expect.stringContaining("p:29:1 <<: unknown key given")]);
  });

  test("yes is a word and 0o17 a number, whatever the file says of its version", () => {
    expect(problemsOf(`%YAML 1.1\n---\n${plan("layers: 16", "layers: yes")}`)).toEqual([
      "p:6:3 model.layers: yes given; wanted a whole number from 1 to 10000",
    ]);
    expect(problemsOf(plan("layers: 16", "layers: 0o17"))).toEqual([]);
  });
});

describe("a load that cannot be", () => {
  const BATCH = `  kind: batch
  sequences: 128
  promptTokens: { kind: uniform, from: 128, to: 10240 }
  outputTokens: 128
`;
  const load = (lines: string) => plan(BATCH, lines.replace(/^(?=.)/gm, "  "));
  const apart = "promptTokens: 8\noutputTokens: 8\n";
  const rated = `kind: open\nrequests: 9\nrate: 2 requests/s\n${apart}`;
  const lengths = "wanted a whole number from 1 to 1e9, or drawn, or pairs of prompts and outputs";
  test.each<[string, string[]]>([
    [rated, []],
    [
      `kind: open\nrequests: 9\n${apart}`,
      ["workload.rate: nothing given; wanted a positive quantity in requests/s, such as 20 requests/s"],
    ],
    [
      `kind: open\nrate: 2 requests/s\n${apart}`,
      ["workload.requests: nothing given; wanted a number of requests or a duration, by which they end"],
    ],
    ["kind: open\nrequests: 9\nrate: 2 requests/s\noutputTokens: 8\n", [`workload.promptTokens: nothing given; ${lengths}`]],
    [
      `${rated}arrivals: { kind: stages, stages: [{ rate: 0 requests/s, duration: 1 s }] }\n`,
      [
        "workload.rate: 2 requests/s given; wanted no rate beside stages, which have rates of their own",
        "workload.arrivals.stages: [{ rate: 0 requests/s, duration: 1 s }] given; wanted at least one rate over 0",
      ],
    ],
    [`${rated}arrivals: { kind: diurnal, curve: [0, 0] }\n`, ["workload.arrivals.curve: [0, 0] given; wanted at least one level over 0"]],
    [
      `${rated}arrivals: { kind: on-off, on: 1 ns, off: 1 ns }\n`,
      ["workload.arrivals.on: 1 ns given; wanted longer times: a million bursts and more to a request are too many"],
    ],
    [`${rated}correlation: 0.5\n`, ["workload.correlation: 0.5 given; wanted lognormal promptTokens and outputTokens beside it"]],
    [
      `${rated}pairs: [{ promptTokens: 1, outputTokens: 1 }]\n`,
      ["workload.pairs: [{ promptTokens: 1, outputTokens: 1 }] given; wanted no pairs beside promptTokens, outputTokens or correlation"],
    ],
    [
      `${rated}classes: [{ name: a, promptTokens: 1, outputTokens: 1 }]\n`,
      [
        "workload.promptTokens: { kind: fixed, value: 8 } given; wanted lengths in the classes only",
        "workload.outputTokens: { kind: fixed, value: 8 } given; wanted lengths in the classes only",
      ],
    ],
    [
      "kind: closed\nrequests: 9\nconcurrency: 2\nclasses: [{ name: a, promptTokens: 1, outputTokens: 1 }, { name: a, promptTokens: 1 }]\n",
      [
        "workload.classes: [{ name: a, promptTokens: { kind: fixed, value: 1 }, output… given; wanted a name of its own for each class",
        `workload.classes.1.outputTokens: nothing given; ${lengths}`,
      ],
    ],
    [
      "kind: closed\nrequests: 9\nconcurrency: 2\nclasses: [{ name: a, promptTokens: 1, outputTokens: 1, targets: { gpus: 3 } }]\n",
      [
        "workload.classes.0.targets: { gpus: 3 } given; wanted targets for latencies only: what a class cannot have for itself is a target of the whole",
      ],
    ],
    [
      `kind: closed\nrequests: 9\nconcurrency: 2\nthinkTime: 3\n${apart}`,
      ["workload.thinkTime: 3 given; wanted a quantity in s, such as 2 us, or drawn: { kind: fixed | uniform | exponential | lognormal }"],
    ],
    [
      `kind: closed\nrequests: 9\nconcurrency: 2\nthinkTime: { kind: uniform, from: 3 s, to: 2 s }\n${apart}`,
      ["workload.thinkTime.to: 2 s given; wanted at least the value of from"],
    ],
    [
      "kind: trace\npath: t.csv\nformat: csv\nfrom: 3 s\nto: 2 s\nsha256: abc\n",
      [
        "workload.to: 2 s given; wanted more than the value of from",
        "workload.sha256: abc given; wanted 64 hexadecimal digits, as sha256sum prints them",
      ],
    ],
    [`${rated}prefix: { tokens: 1000, groups: 4 }\n`, []],
    [
      `${rated}prefix: { tokens: 10000, groups: 200000 }\n`,
      ["workload.prefix.groups: 200000 given; wanted at most 100000, for 1e9 tokens in all"],
    ],
    [
      "kind: closed\nrequests: 9\nconcurrency: 2\nprefix: { tokens: 9 }\nclasses: [{ name: a, promptTokens: 1, outputTokens: 1 }]\n",
      ["workload.prefix: { tokens: 9 } given; wanted prefixes in the classes only"],
    ],
  ])("%s", (lines, problems) => {
    expect(problemsOf(load(lines)).map((problem) => problem.replace(/^\S+ /, ""))).toEqual(problems);
  });
});

describe("a cache that cannot be", () => {
  test.each<[string, string[]]>([
    ["{ scheduler: continuous, kv: { prefixCache: true } }", []],
    [
      "{ scheduler: static, kv: { prefixCache: true } }",
      ["serving.kv.prefixCache: true given; wanted false, or another scheduler: continuous, prefill-first or cadence"],
    ],
    [
      "{ scheduler: continuous, kv: { hostTier: { size: 1 GB, bandwidth: 25 GB/s } } }",
      ["serving.kv.hostTier: { size: 1 GB, bandwidth: 25 GB/s } given; wanted prefixCache: true beside it"],
    ],
    [
      "{ scheduler: continuous, balancer: { replicas: prefix-aware } }",
      ["serving.balancer.replicas: { kind: prefix-aware } given; wanted another balancer, or kv: { prefixCache: true }"],
    ],
    ["{ scheduler: continuous, kv: { prefixCache: perhaps } }", ["serving.kv.prefixCache: perhaps given; wanted true or false"]],
  ])("%s", (serving, problems) => {
    expect(problemsOf(PLAN, [`serving=${serving}`]).map((problem) => problem.replace(/^--set 1 /, ""))).toEqual(problems);
  });
});

describe("--set that cannot be laid", () => {
  test.each([
    [
      "parallelism.tensr=3",
      "--set 1 parallelism.tensr: unknown path given; wanted a path of the scenario; did you mean parallelism.tensor?",
    ],
    ["routing.gate.kind=zipf", "--set 1 routing.gate.exponent: nothing given; wanted a number from 0 to 100"],
    ["tensor=3", "--set 1 tensor: unknown path given; wanted a path of the scenario; did you mean parallelism.tensor?"],
    ["parallelism.tensor", "--set 1 parallelism.tensor given; wanted path=value, such as parallelism.tensor=4"],
    ["=3", "--set 1 =3 given; wanted path=value, such as parallelism.tensor=4"],
    ["", '--set 1 "" given; wanted path=value, such as parallelism.tensor=4'],
    ["seed=", "--set 1 seed: nothing given; wanted a value after seed=, or null to remove it"],
    ["seed=#1", "--set 1 seed: nothing given; wanted a value after seed=, or null to remove it"],
    ["routing.gate={ kind: zipf", "--set 1 routing.gate: unreadable text given; wanted YAML 1.2 (Flow map must end with a })"],
    ["routing.gate={ kind: uniform, kind: zipf }", "--set 1 routing.gate: the key a second time given; wanted each key once"],
    ["assumed.5=seed", '--set 1 assumed.5: "5" given; wanted an index from 0 to 1'],
    ["assumed.x=seed", "--set 1 assumed.x: unknown path given; wanted a path of the scenario; did you mean assumed?"],
    ["seed.x=3", "--set 1 seed.x: unknown path given; wanted a path of the scenario; did you mean seed?"],
    ["__proto__.x=3", "--set 1 __proto__.x: unknown path given; wanted a path of the scenario"],
    ["a..b=3", '--set 1 a."".b: unknown path given; wanted a path of the scenario'],
    ["cluster.gpu.memory=64", "--set 1 cluster.gpu.memory: 64 given; wanted a positive quantity in B, such as 64 GB"],
    ["targets.ttft.p98=3 s", expect.stringContaining("--set 1 targets.ttft.p98: unknown metric given") as unknown as string],
    ["routing.gate.exponent=3", "--set 1 routing.gate.exponent: unknown key given; wanted one of kind; did you mean kind: zipf?"],
  ])("%s", (set, problem) => {
    expect(problemsOf(PLAN, [set])).toEqual([problem]);
  });

  test("each is reported by its number, with the problems of the file", () => {
    expect(problemsOf(plan("layers: 16", "layers: 0"), ["seed=1", "sede=1", "seed=x"])).toEqual([
      "--set 2 sede: unknown path given; wanted a path of the scenario; did you mean seed?",
      "p:4:3 model.layers: 0 given; wanted a whole number from 1 to 10000",
      "--set 3 seed: x given; wanted a whole number from 0 to 9007199254740991",
    ]);
  });
});

const scraps = fc.constantFrom(
  "",
  "\t",
  "\n",
  "- ",
  ": ",
  "[",
  "}",
  "*a",
  "&a ",
  "!x ",
  "'",
  '"',
  "#",
  "|",
  "%",
  "---\n",
  ".nan",
  "-1",
  "null",
  "1e999",
  "\u0000",
  "é",
  "{}",
);

test.prop([fc.array(fc.tuple(fc.nat({ max: PLAN.length }), fc.nat({ max: 12 }), scraps), { minLength: 1, maxLength: 4 })], {
  numRuns: drawnCases(300),
})("however a file is spoilt, it loads or reports problems, each with its place", (cuts) => {
  const text = cuts.reduce((spoilt, [at, length, scrap]) => spoilt.slice(0, at) + scrap + spoilt.slice(at + length), PLAN);
  expect(problemsOf(text).filter((line) => !/^p:\d+:\d+ .* given; wanted ./.test(line))).toEqual([]);
});

test.prop([fc.constantFrom("model", "cluster.gpu", "routing.gate", "workload.promptTokens", "assumed.0", "targets", "seed"), fc.json()])(
  "whatever is set, it loads or reports problems, each with its place",
  (path, value) => {
    expect(problemsOf(PLAN, [`${path}=${value}`]).filter((line) => !/^(p:\d+:\d+|--set 1) .* given; wanted ./.test(line))).toEqual([]);
  },
);

test("a tree that has no end, or that no file could hold, is refused", () => {
  const endless: { tokenyard: number; model?: object } = { tokenyard: 1 };
  endless.model = [endless];
  let deep: object = {};
  for (let level = 0; level < 100_000; level++) deep = { deep };
  const twice = { preset: "plan-model" };
  const parsing = (tree: object) => () => parseScenario(tree);
  for (const tree of [endless, { tokenyard: 1, model: deep }])
    expect(parsing(tree)).toThrow(
      new Problems([{ path: [], given: "a value that holds itself, or deeper nesting", wanted: "at most 64 levels" }]),
    );
  expect(parsing({ tokenyard: 1, model: twice, cluster: twice })).not.toThrow("holds itself"); // one value in two places has an end
});
