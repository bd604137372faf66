import { compilePlan, expertSlots } from "@tokenyard/placement";
import { deploymentPlan } from "@tokenyard/placement/deployment-plan.contract.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryOf, memoryProblems, type RankMemory } from "./memory.ts";

type Change = NonNullable<Parameters<typeof deploymentPlan>[0]>;

function memory(
  change: Change,
  load: {
    kvTokens?: readonly number[];
    windowedKvTokens?: readonly number[];
    passTokens?: number;
    passTotalTokens?: number;
    passSequences?: number;
    pooled?: boolean;
  },
) {
  const scenario = deploymentPlan(change);
  const plan = compilePlan(scenario);
  const kvTokens = load.kvTokens ? Float64Array.from(load.kvTokens) : new Float64Array(plan.replicas * plan.dataGroups);
  const windowedKvTokens = load.windowedKvTokens ? Float64Array.from(load.windowedKvTokens) : kvTokens;
  return memoryOf(scenario, plan, {
    passTokens: 0,
    passTotalTokens: 0,
    passSequences: 0,
    pooled: false,
    ...load,
    kvTokens,
    windowedKvTokens,
  });
}

const workspace = (...args: Parameters<typeof memory>) => memory(...args).workspace;

describe("memory of a rank", () => {
  test("is weights + KV cache + workspace, of the deployment plan in this sum", () => {
    const kvTokens = new Array(16).fill(40_000);
    const full = memory({}, { kvTokens, passTokens: 10_240, passTotalTokens: 80_000, passSequences: 1 });
    // weights: (4·512²/2 attention + 512·16 gate + 2·512·1024/2 of one expert) · 2 B
    const weights = (524_288 + 8_192 + 524_288) * 2;
    // KV cache: a key and a value of 16/2 heads of 32, 2 B, in 1 layer, for 40,000 tokens
    const kvReserved = 2 * 8 * 32 * 2 * 1 * 40_000;
    // workspace: numbers in and out of the kernels
    //   qkv     10,240 · (512 + (16 + 2·16)/2 · 32 = 768) = 13,107,200, the largest
    //   core    10,240 · 2 · 8 · 32                       =  5,242,880
    //   output  10,240 · (256 + 512)                      =  7,864,320
    //   gate    10,240 · (512 + 16)                       =  5,406,720
    //   experts capacity ⌈1.2 · 80,000 / 16⌉ = 6,000 rows · (512 + 512) = 6,144,000
    // and the residual 10,240 · 512 = 5,242,880; of 2 B
    const workspaceBytes = (13_107_200 + 5_242_880) * 2;
    expect(full).toEqual({
      weights: 2_113_536,
      kvReserved: 40_960_000,
      workspace: 36_700_160,
      planned: 79_773_696, // all of it: a batch is known beforehand
      reserved: 79_773_696,
      limit: 57.6e9, // 64 GB · 90 %
      rank: 0,
    });
    expect([weights, kvReserved, workspaceBytes]).toEqual([full.weights, full.kvReserved, full.workspace]);
  });

  test("caches for all layers of its stage, one KV head at least, in the cache's precision", () => {
    const shared = { layers: "shared-ranks", pipeline: 4, expert: 4, tensor: 2, attention: { tensor: 8 } };
    const model = { attention: { heads: 16, kvHeads: 4, headSize: 32 }, precision: { kvCache: "fp8" } };
    // 4 KV heads over 8 ranks: each holds 1; 2 · 1 · 32 · 1 B · 4 layers = 256 B a token
    expect(memory({ model, parallelism: shared }, { kvTokens: [1000] }).kvReserved).toBe(256_000);
  });

  test("caches in windowed layers no more of a sequence than the window holds", () => {
    const shared = { layers: "shared-ranks", pipeline: 2, expert: 1, tensor: 1 };
    const attention = { heads: 16, kvHeads: 16, headSize: 32, window: { tokens: 128, fullEvery: 2 } };
    // of 5 layers the stages hold 0 1 and 2 3 4; windowed are 0, 2, 4: the second has two of them and one full; 2 · 16 · 32 · 2 B a token
    const { kvReserved, rank } = memory(
      { model: { layers: 5, attention }, parallelism: shared },
      { kvTokens: [1000], windowedKvTokens: [128] },
    );
    expect([kvReserved, rank]).toEqual([2048 * (1000 + 2 * 128), 1]);
  });

  test("is that of the rank whose data group caches most, in the stage that holds most", () => {
    // 3 layers over 2 stages: stage 1 holds two; replica 1, data group 2 of 4 is the fullest: rank ((1·2 + 1)·4 + 2)·2
    const parallelism = { layers: "shared-ranks", pipeline: 2, expert: 4, tensor: 2, data: 2 };
    const { rank, kvReserved } = memory({ model: { layers: 3 }, parallelism }, { kvTokens: [5, 6, 7, 8, 9, 10, 12, 11] });
    expect(rank).toBe(28);
    expect(kvReserved).toBe(12 * 2 * 8 * 32 * 2 * 2);
  });

  test("is never less than any rank's, whatever the cache", () => {
    const parallelism = { layers: "shared-ranks", pipeline: 3, expert: 2, tensor: 2, data: 2 };
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1e6 }), { minLength: 4, maxLength: 4 }), fc.nat({ max: 1e4 }), (kvTokens, passTokens) => {
        const full = memory({ model: { layers: 4, vocabulary: 9000 }, parallelism }, { kvTokens, passTokens });
        const stage = Math.floor(full.rank / 4) % 3;
        const dataGroup = Math.floor((full.rank % 4) / 2);
        const replica = Math.floor(full.rank / 12);
        expect(full.reserved).toBe(full.weights + full.kvReserved + full.workspace);
        expect(full.kvReserved).toBe(kvTokens[replica * 2 + dataGroup]! * 1024 * [1, 1, 2][stage]!); // ⌊4s/3⌋: 0 1 2 4
        for (const tokens of kvTokens)
          expect(full.reserved).toBeGreaterThanOrEqual(full.weights + tokens * 1024 * [1, 1, 2][stage]! + full.workspace);
      }),
    );
  });
});

describe("workspace", () => {
  // 2 B · (largest + 512 · tokens for the residual)
  test("grows to the experts' capacity when that is the largest", () => {
    // capacity ⌈1.2 · 80,000 / 16⌉ = 6,000 rows; gated: 512 → 2·512
    const experts = { count: 16, topK: 1, hiddenSize: 1024, matrices: 3 };
    expect(workspace({ model: { experts } }, { passTokens: 100, passTotalTokens: 80_000 })).toBe(2 * (6000 * (512 + 1024) + 100 * 512));
  });

  test("has whole logits for sampling on each rank, where an engine says how many bytes of each", () => {
    const sizes = { model: { vocabulary: 32_000 }, serving: { logitBytes: 14 } };
    const load = { passTokens: 100, passTotalTokens: 100, passSequences: 64 };
    expect(workspace(sizes, load)).toBe(64 * 32_000 * 14 + 2 * 100 * 512); // and the residual
    const head = 64 * (512 + 32_000 / 2); // what the head alone leaves, on one rank of two
    expect(workspace({ model: { vocabulary: 32_000 } }, load)).toBe(2 * (head + 100 * 512));
    expect(workspace({ ...sizes, serving: { logitBytes: 1 } }, { ...load, passSequences: 1 })).toBe(2 * (100 * (512 + 768) + 100 * 512)); // less than the projections
  });

  test("has room for no more copies than tokens come in, however large the least capacity", () => {
    const routing = { gate: "uniform", capacityFactor: 1, minCapacity: 5000 };
    // 4 experts a rank, of which a token visits 2: at most 2 · 300 rows, not 4 · 5000
    const model = { experts: { count: 16, topK: 2, hiddenSize: 1024, matrices: 3 } };
    const parallelism = { layers: "own-ranks", expert: 4, tensor: 1 };
    expect(workspace({ model, routing, parallelism }, { passTokens: 1, passTotalTokens: 300 })).toBe(2 * (600 * (512 + 2048) + 512));
    // with one expert a rank, a token comes there once at most: 300 rows
    const spread = { layers: "own-ranks", expert: 16, tensor: 1 };
    expect(workspace({ model, routing, parallelism: spread }, { passTokens: 1, passTotalTokens: 300 })).toBe(
      2 * (300 * (512 + 2048) + 512),
    );
  });

  test("takes the mean of an expert when nothing is dropped", () => {
    const routing = { gate: "uniform", overflow: "none" };
    const parallelism = { layers: "own-ranks", expert: 4, tensor: 1 };
    // ⌈1001 / 16⌉ = 63 rows for each of 4 experts; 512 → 1024
    expect(workspace({ routing, parallelism }, { passTokens: 1, passTotalTokens: 1001 })).toBe(2 * (4 * 63 * (512 + 1024) + 512));
  });

  test("is that of a dense layer's or a shared expert's kernels when they are wider", () => {
    const dense = { layers: 16, hiddenSize: 65_536, matrices: 3 };
    expect(workspace({ model: { dense } }, { passTokens: 10 })).toBe(2 * (10 * (512 + 65_536) + 10 * 512)); // 2 · 65,536 / 2
    const experts = { count: 16, topK: 1, hiddenSize: 1024, matrices: 2, shared: 8 };
    expect(workspace({ model: { experts } }, { passTokens: 10 })).toBe(2 * (10 * (512 + 4096) + 10 * 512)); // 8 · 1024 / 2
  });

  test("is that of the core when heads are wider than the model", () => {
    const attention = { heads: 16, kvHeads: 1, headSize: 1024 };
    // core 2 · 8 · 1024 = 16,384 a token; qkv 512 + (8 + 2) · 1024 = 10,752; output 8,192 + 512
    expect(workspace({ model: { attention } }, { passTokens: 10 })).toBe(2 * (10 * 16_384 + 10 * 512));
  });

  test("has keys and values beside the core's, where they are made of a narrower cache", () => {
    const attention = { kind: "latent", heads: 16, kvLoraRank: 32, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 512 };
    // core 8 · (192 + 512) = 5632 a token, and as much of keys and values; expansion 32 + 8 · (128 + 512), output 8 · 512 + 512
    expect(workspace({ model: { attention } }, { passTokens: 10 })).toBe(2 * (10 * 2 * 5632 + 10 * 512));
  });

  test("has in chunks the core's beside keys and values of the earlier ones", () => {
    const attention = { heads: 16, kvHeads: 1, headSize: 1024 };
    const serving = { recompute: { kind: "attention", chunkTokens: 5 } };
    // two chunks: outputs of all ten, and of five 8 · 2 · 1024 = 16,384 and 2 · 1024
    expect(workspace({ model: { attention }, serving }, { passTokens: 10 })).toBe(2 * (10 * 512 + 5 * (16_384 + 2048) + 10 * 512));
  });

  test("has the logits of every sequence on the last stage", () => {
    const { workspace: bytes, rank } = memory(
      { model: { vocabulary: 200_000, layers: 2 }, parallelism: { pipeline: 2 } },
      { passTokens: 10, passSequences: 10 },
    );
    expect(bytes).toBe(2 * (10 * (512 + 100_000) + 10 * 512));
    expect(rank).toBe(32); // the first of the second stage
  });
});

describe("a rank that does not fit", () => {
  const gigabyte = 1e9;
  const over: RankMemory = {
    weights: 20 * gigabyte,
    kvReserved: 50 * gigabyte,
    workspace: 1.5 * gigabyte,
    planned: 71.5 * gigabyte,
    reserved: 71.5 * gigabyte,
    limit: 57.6 * gigabyte,
    rank: 12,
  };

  test("is reported with its parts, and with what would fit", () => {
    expect(memoryProblems(deploymentPlan(), over)).toEqual([
      {
        path: ["cluster", "gpu", "memory"],
        given: "64 GB × 90 % = 57.6 GB",
        wanted:
          "at least 79.5 GB for rank 12: weights 20 GB + KV cache 50 GB + workspace 1.5 GB = 71.5 GB; a KV cache of at most 36.1 GB would fit",
      }, // 71.5 / 0.9 = 79.44; 57.6 − 20 − 1.5 = 36.1
    ]);
  });

  test("even without a cache is reported so", () => {
    const [problem] = memoryProblems(deploymentPlan(), { ...over, weights: 60 * gigabyte, reserved: 111.5 * gigabyte });
    expect(problem!.wanted).toContain("weights and workspace do not fit even without a KV cache");
  });

  test("fits in the memory that was asked for, and that is at most 1 % more than it needs", () => {
    fc.assert(
      fc.property(fc.integer({ min: 57_600_000_001, max: 9e12 }), (peak) => {
        const [problem] = memoryProblems(deploymentPlan(), { ...over, reserved: peak });
        const asked = Number(/at least (\S+) GB/.exec(problem!.wanted)![1]) * gigabyte;
        expect(asked * 0.9).toBeGreaterThanOrEqual(peak * (1 - 1e-12));
        expect(asked * 0.9).toBeLessThanOrEqual(peak * 1.01);
      }),
    );
  });

  test("is no problem when it is exactly full", () => {
    expect(memoryProblems(deploymentPlan(), { ...over, reserved: over.limit })).toEqual([]);
  });
});

test.each([1, 2])("the fullest rank is the one with most slots of experts, in data groups of %i", (tensor) => {
  const scenario = deploymentPlan({
    model: { layers: 1, experts: { count: 4, topK: 1, hiddenSize: 64, matrices: 2 } },
    parallelism: { layers: "shared-ranks", pipeline: 1, expert: 2, tensor: 1, attention: { tensor } },
  });
  const plan = compilePlan(scenario);
  const slots = expertSlots(4, [[0], [1, 2, 3]]);
  const placed = { ...plan, expertPlacement: { mostSlots: 3, slots: () => slots } };
  const cached = { kvTokens: Float64Array.of(0, 0), windowedKvTokens: Float64Array.of(0, 0), pooled: false };
  const load = { passTokens: 1, passTotalTokens: 2, passSequences: 1, ...cached };
  const expert = 2 * scenario.model.hiddenSize * 64 * 2; // two matrices in 16 bit
  const even = memoryOf(scenario, plan, load);
  expect(memoryOf(scenario, placed, load)).toMatchObject({ rank: 1, weights: even.weights + expert });
});
