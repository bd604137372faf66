import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { simulate } from "../simulate.ts";

// Worked examples from the scenario to the report, each with its sum written out. Times in seconds, sizes in bytes.
// A card of 1 TFLOPS and 1 TB/s at full efficiency: a kernel takes max(FLOPs, bytes) · 10⁻¹² s.

interface Change {
  readonly model?: object;
  readonly cluster?: object;
  readonly gpu?: object;
  readonly parallelism?: object;
  readonly routing?: object;
  readonly workload?: object;
  readonly serving?: object;
}

function report(change: Change) {
  return simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        layers: 1,
        hiddenSize: 1000,
        attention: { heads: 10, kvHeads: 10, headSize: 100 },
        dense: { hiddenSize: 2000, matrices: 2 },
        ...change.model,
      },
      cluster: {
        gpu: {
          compute: "1 TFLOPS",
          computeEfficiency: "100 %",
          bandwidth: "1 TB/s",
          bandwidthEfficiency: "100 %",
          memory: "100 GB",
          launch: "0 s",
          ...change.gpu,
        },
        gpusPerNode: 8,
        network: { kind: "two-tier", node: { bandwidth: "100 GB/s", latency: "1 us" }, fabric: { bandwidth: "10 GB/s", latency: "5 us" } },
        ...change.cluster,
      },
      parallelism: change.parallelism ?? {},
      routing: change.routing ?? { gate: "balanced" },
      workload: { kind: "batch", sequences: 1, promptTokens: 100, outputTokens: 3, ...change.workload },
      serving: change.serving ?? {},
    }),
  );
}

const within = (actual: number | undefined, expected: number) => {
  expect(actual).toBeDefined();
  expect(Math.abs(actual! / expected - 1)).toBeLessThan(1e-3);
};

describe("one GPU, a dense layer", () => {
  test("prefill of 100 tokens is bound by compute", () => {
    // qkv 2·100·1000·3000 = 6e8, core 4·1000·100·101/2 = 2.02e7, output 2e8, up and down 2·100·1000·2000 = 4e8 each
    within(report({}).ttftSeconds?.mean ?? undefined, (6e8 + 2.02e7 + 2e8 + 4e8 + 4e8) * 1e-12);
  });

  test("decode of one sequence is bound by bandwidth, and each pass reads one more cached token", () => {
    // weights 2·(3e6 + 1e6 + 2e6 + 2e6); activations 2·(4000 + 2000 + 3000 + 3000); core 2·2·1000·(past + 1) + 2·2·1000
    const pass = (past: number) => (16e6 + 24e3 + 4000 * (past + 1) + 4000) * 1e-12;
    within(report({}).tpotSeconds?.mean ?? undefined, (pass(100) + pass(101)) / 2);
  });

  test("decode of 1,000 sequences is bound by compute in its linears and by bandwidth in its core", () => {
    const { tpotSeconds } = report({ workload: { sequences: 1000, promptTokens: 100, outputTokens: 2 } });
    // linears 2·1000·8e6 FLOPs = 1.6e10 against 16e6 + 24e6 bytes; core 4·1000·101·1000 FLOPs = 4.04e8 against 4.04e8 + 4e6 bytes
    within(tpotSeconds?.mean ?? undefined, (1.6e10 + 4.08e8) * 1e-12);
  });

  test("three sequences that decode in a graph for four have matrices of four rows and attend for three; in one for two they run as they are", () => {
    const tpot = (batchSizes?: number[]) =>
      report({ workload: { sequences: 3, outputTokens: 2 }, serving: batchSizes === undefined ? {} : { batchSizes } }).tpotSeconds!.mean!;
    // matrices 2·8e6 FLOPs a row; core 4000 · 101 + 4000 bytes a sequence
    const pass = (rows: number) => (16e6 * rows + 3 * 408_000) * 1e-12;
    within(tpot([1, 2, 4]), pass(4));
    expect([tpot([1, 2]), tpot([3])]).toEqual([tpot(), tpot()]);
    within(tpot(), pass(3));
    expect(tpot([1, 2, 4]) - tpot()).toBeCloseTo(16e-6, 12);
  });

  test("a step begins with the host: step + layer · layers + request · sequences, in TTFT and in TPOT", () => {
    const serving = { stepOverhead: { step: "1 ms", layer: "10 us", request: "5 us" } };
    const change = { model: { layers: 2 }, workload: { sequences: 3 } };
    const [hosted, without] = [report({ ...change, serving }), report(change)];
    const host = 1e-3 + 2 * 10e-6 + 3 * 5e-6;
    expect(hosted.breakdown.ttft!["host"]).toBeCloseTo(host, 12);
    expect(hosted.breakdown.tpot!["host"]).toBeCloseTo(host, 12);
    expect(hosted.ttftSeconds!.mean! - without.ttftSeconds!.mean!).toBeCloseTo(host, 12);
    expect(hosted.tpotSeconds!.mean! - without.tpotSeconds!.mean!).toBeCloseTo(host, 12);
    expect(hosted.time.decode!.compute["host"]).toBeCloseTo((2 * host) / (2 * hosted.tpotSeconds!.mean!), 9); // one lane, busy all the time
    expect(without.breakdown.ttft!["host"]).toBeUndefined();
    expect(hosted.utilization.compute).toBeLessThan(without.utilization.compute!);
  });

  test("every stage that a micro-batch visits has a step of the host, every data group the time of its own sequences, and all wait for the last", () => {
    const stages = {
      parallelism: { layers: "shared-ranks", pipeline: 2, interleave: 2 },
      model: { layers: 4 },
      workload: { outputTokens: 1 },
    };
    const visits = report({ ...stages, serving: { stepOverhead: { step: "1 ms", layer: "10 us" } } });
    expect(visits.breakdown.ttft!["host"]).toBeCloseTo(4 * 1e-3 + 4 * 10e-6, 12);
    const groups = {
      model: { ...MOE, layers: 1 },
      parallelism: { expert: 2, tensor: 1 },
      workload: { sequences: 3, outputTokens: 1 },
      serving: { stepOverhead: { request: "10 ms" } },
    };
    expect(report(groups).breakdown.ttft!["host"]).toBeCloseTo(2 * 10e-3, 12); // two sequences on the first data group, one on the second
  });

  test("a step overhead of nothing is none, but for what was assumed", () => {
    const { assumed, scenario: _, ...nothing } = report({ serving: { stepOverhead: { step: "0 s", layer: "0 s", request: "0 s" } } });
    const { assumed: more, scenario: __, ...without } = report({});
    expect(nothing).toEqual(without);
    expect([assumed, more].map((each) => each.includes("serving.stepOverhead"))).toEqual([false, true]);
  });

  test("each kernel costs its launch: five a layer", () => {
    const without = report({}).ttftSeconds!.mean!;
    const launched = report({ gpu: { launch: "10 us" } }).ttftSeconds!.mean!;
    expect(launched - without).toBeCloseTo(5 * 10e-6, 12);
  });

  test("a head reads its matrix once and computes one row a sequence", () => {
    const without = report({}).ttftSeconds!.mean!;
    const headed = report({ model: { vocabulary: 50_000 } }).ttftSeconds!.mean!;
    // 2·1·1000·50,000 = 1e8 FLOPs against 2·5e7 + 2·51,000 = 1.00102e8 bytes
    expect(headed - without).toBeCloseTo(1.00102e-4, 9);
  });
});

test("equal micro-batches through a pipeline take (m + p − 1) · t, and a send between stages", () => {
  for (const [m, p] of [
    [1, 4],
    [4, 2],
    [8, 4],
  ] as const) {
    const { ttftSeconds, bubbleShare } = report({
      model: { layers: 4 },
      parallelism: { pipeline: p },
      workload: { sequences: m, outputTokens: 1 },
      serving: { scheduler: { kind: "static", microBatches: m } },
    });
    const layer = 1.6202e-3;
    const t = (4 / p) * layer;
    const send = (100 * 1000 * 2) / 100e9 + 1e-6; // 3 us, hidden by the next micro-batch but for the last one's
    within(ttftSeconds?.max ?? undefined, (m + p - 1) * t + (p - 1) * send);
    expect(bubbleShare).toBeLessThan(0.01);
  }
});

describe("a send runs beside the kernels of the next micro-batch", () => {
  const sent = (bandwidth: string) =>
    report({
      model: { layers: 2 },
      cluster: { network: { kind: "two-tier", node: { bandwidth, latency: "0 s" }, fabric: { bandwidth: "10 GB/s", latency: "0 s" } } },
      parallelism: { pipeline: 2 },
      workload: { sequences: 4, outputTokens: 1 },
      serving: { scheduler: { kind: "static", microBatches: 4 } },
    }).ttftSeconds?.max ?? undefined;
  const t = 1.6202e-3; // one layer of 100 tokens; its activations are 2e5 bytes

  test("a shorter one costs only the first micro-batch, on its way to an idle stage: 5 · t + send", () => {
    within(sent("0.2 GB/s"), 5 * t + 1e-3);
  });

  test("a longer one holds up the sends behind it, and no kernel of the first stage: t + 4 · send + t", () => {
    within(sent("0.04 GB/s"), t + 4 * 5e-3 + t);
  });
});

describe("interleaved: v slices a stage, m micro-batches, p stages", () => {
  const interleaved = (v: number, m: number, p: number, change: Change = {}) =>
    report({
      model: { layers: 8, ...change.model },
      cluster: { gpusPerNode: 8, ...change.cluster },
      parallelism: { pipeline: p, ...(v > 1 ? { interleave: v } : {}) },
      workload: { sequences: m, outputTokens: 1, ...change.workload },
      serving: { scheduler: { kind: "static", microBatches: m } },
    });
  const layer = 1.6202e-3; // 100 tokens: as above
  const free = {
    network: { kind: "two-tier", node: { bandwidth: "1000 TB/s", latency: "0 s" }, fabric: { bandwidth: "1 TB/s", latency: "0 s" } },
  };

  test("of the prefill's compute lanes (p − 1)/(v·m + p − 1) is bubble: v·m slices of work in v·m + p − 1 slots", () => {
    for (const [v, m, p] of [
      [1, 4, 4], // 3/7
      [2, 4, 4], // 3/11
      [2, 8, 4], // 3/19
      [4, 4, 2], // 1/17
      [4, 2, 2], // 1/9
    ] as const) {
      const { horizonSeconds, time } = interleaved(v, m, p, { cluster: free });
      const slot = (8 / (p * v)) * layer;
      within(horizonSeconds, (v * m + p - 1) * slot);
      within(time.prefill?.compute["idle"], (p - 1) / (v * m + p - 1));
    }
  });

  test("the first p micro-batches go round first: the last of them has its tokens after v·p + p − 1 slots, not at the end", () => {
    const { ttftSeconds } = interleaved(2, 8, 4, { cluster: free }); // 8 micro-batches, slots of one layer
    within(ttftSeconds?.p50 ?? undefined, (2 * 4 + 3) * layer); // the fourth: 11 slots; taken in order of arrival it would be 15
    within(ttftSeconds?.max ?? undefined, (2 * 8 + 3) * layer);
  });

  test("a lone micro-batch is sent v·p − 1 times, over the real link from the last stage back to the first", () => {
    const { ttftSeconds, breakdown } = interleaved(2, 1, 4, { cluster: { gpusPerNode: 3 } });
    const bytes = 100 * 1000 * 2;
    // ranks 0 to 2 in a node, 3 in another: 0→1 and 1→2 twice in the node; 2→3 twice, and 3→0 once, between nodes
    const sends = 4 * (bytes / 100e9 + 1e-6) + 3 * (bytes / 10e9 + 5e-6);
    within(breakdown.ttft?.["send"], sends);
    within(ttftSeconds?.mean ?? undefined, 8 * layer + sends);
  });

  test("weights, cache and workspace of a rank are those without slices, as it holds as many layers", () => {
    const { memory, plan } = interleaved(2, 4, 4, { model: { vocabulary: 5000 } });
    const whole = interleaved(1, 4, 4, { model: { vocabulary: 5000 } });
    expect(memory).toEqual(whole.memory);
    expect(plan).toEqual({ ...whole.plan, interleave: 2 });
  });
});

test("the next pass enters stage 0 one latency after the last stage", () => {
  const one = report({ model: { layers: 2 }, parallelism: { pipeline: 1 } });
  const two = report({ model: { layers: 2 }, parallelism: { pipeline: 2 } });
  const send = 2000 / 100e9 + 1e-6; // one token of 2,000 bytes
  expect(two.tpotSeconds!.mean! - one.tpotSeconds!.mean!).toBeCloseTo(send + 1e-6, 10);
});

const MOE = { dense: null, experts: { count: 4, topK: 1, hiddenSize: 1000, matrices: 2 } };

describe("dispatch and combine", () => {
  test("in one node: three quarters of each rank's tokens leave over its port", () => {
    const { breakdown } = report({
      model: MOE,
      parallelism: { expert: 4 },
      workload: { sequences: 4, promptTokens: 400, outputTokens: 1 },
    });
    // 300 tokens · 2,000 bytes at 100 GB/s + 1 us, 7 % longer for each doubling of peers: three
    within(breakdown.ttft?.["dispatch"], (300 * 2000) / 100e9 + 1.14e-6);
    within(breakdown.ttft?.["combine"], (300 * 2000) / 100e9 + 1.14e-6);
  });

  test("over two nodes: what goes to the other node takes the fabric, and the slower port decides", () => {
    const { breakdown } = report({
      model: MOE,
      cluster: { gpusPerNode: 2 },
      parallelism: { expert: 4 },
      workload: { sequences: 4, promptTokens: 400, outputTokens: 1 },
    });
    // 200 tokens to the other node at 10 GB/s; within a node go the 100 that stay, and half of the 200 that came in are handed on beside them
    within(breakdown.ttft?.["dispatch"], (200 * 2000) / 10e9 + 5e-6 + 1e-6); // both latencies, one after the other
  });

  test("each tensor rank carries the tokens of its group once", () => {
    const { breakdown, utilization, horizonSeconds } = report({
      model: MOE,
      parallelism: { expert: 4, tensor: 2 },
      workload: { sequences: 4, promptTokens: 400, outputTokens: 1 },
    });
    within(breakdown.ttft?.["dispatch"], (300 * 2000) / 100e9 + 1.14e-6);
    // all that left: 8 ranks · 2 exchanges · 300 tokens, and two all-reduces of 400 tokens over 4 pairs: 2(2−1)·S each
    const bytes = 8 * 2 * 300 * 2000 + 2 * 4 * 2 * 400 * 2000;
    within(utilization.node ?? 0, bytes / (8 * 100e9 * horizonSeconds));
  });

  test("where attention groups are wider than tensor groups, an all-reduce over the group closes the combine", () => {
    const { breakdown } = report({
      model: MOE,
      parallelism: { expert: 4, tensor: 1, attention: { tensor: 2 } },
      routing: { gate: "balanced", sequenceParallel: "none" },
      workload: { sequences: 2, promptTokens: 400, outputTokens: 1 },
    });
    // two data groups of 2 ranks; of 400 tokens each rank hands 100 to the one expert of its number in the other group
    within(breakdown.ttft?.["dispatch"], (100 * 2000) / 100e9 + 1e-6);
    // all-reduce of 400·2000 bytes over 2: S/B + 2L, after the attention and after the combine
    within(breakdown.ttft?.["all-reduce"], 2 * ((400 * 2000) / 100e9 + 2e-6));
  });
});

describe("a tensor-parallel layer", () => {
  test("halves the linears and adds an all-reduce after the attention and after the dense part", () => {
    const { breakdown } = report({ parallelism: { tensor: 2 }, workload: { outputTokens: 1 } });
    within(breakdown.ttft?.["attention"], ((6e8 + 2.02e7 + 2e8) / 2) * 1e-12);
    within(breakdown.ttft?.["dense"], ((4e8 + 4e8) / 2) * 1e-12);
    // ring over 2 ranks of 100·1000·2 bytes: 2·(1/2)·S/B + 2·L, twice
    within(breakdown.ttft?.["all-reduce"], 2 * (2e5 / 100e9 + 2e-6));
  });

  test("over two nodes its all-reduce takes the fabric", () => {
    const { breakdown } = report({ cluster: { gpusPerNode: 1 }, parallelism: { tensor: 2 }, workload: { outputTokens: 1 } });
    // k = 1, m = 2: 2·(1/2)·S/B_fabric + 2·L_fabric, twice
    within(breakdown.ttft?.["all-reduce"], 2 * (2e5 / 10e9 + 10e-6));
  });
});

test("memory of a rank is its weights, its cache and its largest op", () => {
  const { memory } = report({
    model: { ...MOE, layers: 2, vocabulary: 10_000 },
    parallelism: { expert: 4, tensor: 2 },
    workload: { sequences: 4, promptTokens: 1000, outputTokens: 25 },
  });
  // two layers of qkv and output 4e6/2, gate 4,000, one expert 2e6/2; embedding and head 1e7/2 each; 2 bytes
  within(memory.weights, 2 * (2 * (2e6 + 4000 + 1e6) + 2 * 5e6));
  // keys and values of 5 heads of 100, 2 bytes, two layers, 1,024 tokens
  within(memory.kvReserved, 2 * 500 * 2 * 2 * 1024);
  // qkv: 1000 tokens of 1000 in and 1500 out; the residual of 1000
  within(memory.workspace, 1000 * (1000 + 1500) * 2 + 1000 * 1000 * 2);
  // set aside and used are the same: four sequences a micro-batch, each with its last token but one cached when they end together
  within(memory.kvUsed, 2 * 500 * 2 * 2 * 1024);
  expect([memory.planned, memory.used]).toEqual([memory.reserved, memory.reserved]);
  within(memory.share, memory.used / 90e9);
});

describe("recomputation: a prompt of 100 tokens in four chunks of 25", () => {
  const recomputed = (recompute: object | string, change: Change = {}) =>
    report({ ...change, workload: { outputTokens: 1, ...change.workload }, serving: { recompute } });
  const plain = 6e8 + 2.02e7 + 2e8 + 4e8 + 4e8; // FLOPs of the layer

  test("projects the keys and values of the chunks before each again: 25 · (0 + 1 + 2 + 3) = 150 tokens", () => {
    const { ttftSeconds, breakdown, utilization } = recomputed({ kind: "attention", chunkTokens: 25 });
    const again = 2 * 150 * 1000 * 2000;
    within(ttftSeconds?.mean ?? undefined, (plain + again) * 1e-12);
    within(breakdown.ttft?.["attention"], (6e8 + 2.02e7 + 2e8 + again) * 1e-12);
    within(utilization.compute ?? 0, 1);
  });

  test("has what lies between inputs and outputs for a chunk only", () => {
    const bytes = (recompute: object | string) => recomputed(recompute).memory.workspace;
    const residual = 100 * 1000;
    // attention: 1000 in + 3000 out of qkv; dense: 1000 + 2000
    expect(bytes("none")).toBe(2 * (residual + 100 * 4000));
    // attention: outputs of all tokens, of a chunk 2000 of queries and mixed values, 2000 of keys and values; so dense is the largest
    expect(bytes({ kind: "attention", chunkTokens: 25 })).toBe(2 * (residual + 100 * 3000));
    // dense: outputs of all tokens, of a chunk 2000 hidden ones; so attention is
    expect(bytes({ kind: "all", chunkTokens: 25 })).toBe(2 * (residual + 100 * 1000 + 25 * 4000));
  });

  test("reads its weights and launches its kernels once a chunk", () => {
    const launched = recomputed({ kind: "all", chunkTokens: 25 }, { gpu: { launch: "10 us" } }).ttftSeconds!.mean!;
    // qkv 4, keys and values again 3, core 1, output 4, up 4, down 4
    expect(launched - recomputed({ kind: "all", chunkTokens: 25 }).ttftSeconds!.mean!).toBeCloseTo(20 * 10e-6, 12);
    // chunks of one token are bound by bytes: qkv 6e6 + 8e3, again (50 of 99 chunks' worth) 99 · 4e6 weights against 2·4,950·2e6 FLOPs,
    // output 2e6 + 4e3, up and down 4e6 + 6e3 each
    const one = recomputed({ kind: "all", chunkTokens: 1 }).ttftSeconds!.mean!;
    within(one, (100 * (6.008e6 + 2.004e6 + 2 * 4.006e6) + 2 * 4950 * 2e6 + 2.02e7) * 1e-12);
  });

  test("costs a decode pass nothing, as one token is one chunk", () => {
    const decoding = { workload: { outputTokens: 3 } };
    expect(recomputed({ kind: "all", chunkTokens: 25 }, decoding).tpotSeconds).toEqual(report(decoding).tpotSeconds);
  });

  test("of experts too, whose weights each chunk of a rank's copies reads", () => {
    const moe = { model: { dense: null, experts: { count: 2, topK: 1, hiddenSize: 1000, matrices: 2 } } };
    // 50 copies for each of 2 experts on the rank; in chunks of one copy, half of one for each expert: 2 · 2e6 weights read, twice a chunk
    const { breakdown } = recomputed({ kind: "all", chunkTokens: 1 }, moe);
    within(breakdown.ttft?.["experts"], 100 * 2 * (2 * 2e6 + 2 * 2000) * 1e-12);
    const whole = recomputed({ kind: "attention", chunkTokens: 1 }, moe);
    within(whole.breakdown.ttft?.["experts"], 2 * 2 * 100 * 1e6 * 1e-12);
  });
});

test("the plan's pencil sums: its sizes, its groups, and a decode micro-batch of 8 that drops 19 % of its copies", () => {
  const { plan, tokens, balance } = report({
    model: {
      layers: 16,
      hiddenSize: 512,
      attention: { heads: 16, kvHeads: 16, headSize: 32 },
      dense: null,
      experts: { count: 16, topK: 1, hiddenSize: 1024, matrices: 2 },
      declaredParameters: 10e9,
    },
    parallelism: { layers: "own-ranks", pipeline: 8, expert: 16, tensor: 2 },
    routing: { gate: "uniform", capacityFactor: 1.2 },
    workload: { sequences: 8, promptTokens: 1000, outputTokens: 200 },
  });
  expect(plan).toMatchObject({ ranks: 512, nodes: 64, pipelineStages: 8, ranksPerPipelineStage: 64, expertGroups: 16, tensorGroups: 256 });
  expect(plan.parameters).toBe(285_343_744); // 16 · (2^20 + 8192 + 16 · 2^20)
  expect(plan.declaredParameters! / plan.parameters).toBeCloseTo(35.05, 2);
  expect(plan.kvBytesPerToken).toBe(32_768); // 2 · 512 · 2 · 16
  expect(plan.flopsPerToken["0"]! / 1e6).toBeCloseTo(67.4, 1); // 2 · 33,685,504 and the core's 4·512·16
  // capacity ⌈1.2 · 8/16⌉ = 1: of 8 tokens on 16 experts, 16·(1 − (15/16)^8) = 6.452 experts are hit, so 1.548 of 8 are dropped
  expect(balance.expert.decode?.droppedShare).toBeCloseTo(0.1935, 2); // 25,472 copies: within half a percent point
  expect(tokens.routed).toBe(tokens.kept + tokens.dropped);
});

test("a plan costs what its GPUs cost, and nothing is reported GPUs without a price", () => {
  const parallelism = { pipeline: 1, tensor: 2, data: 3 };
  expect(report({ gpu: { cost: "2.5 USD/h" }, parallelism }).costUsdPerHour).toBe(15); // 6 · 2.5
  expect(report({ parallelism }).costUsdPerHour).toBeNull();
});
