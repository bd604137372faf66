import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences } from "../passes/executors.contract.ts";
import { inspect } from "../setup/inspect.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

// Ranks that share the caches of sequences: docs/models/attention.md#context-parallelism.

const LATENT = { kind: "latent", heads: 8, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 6 };
const GROUPED = { heads: 8, kvHeads: 2, headSize: 8 };

interface Changes {
  readonly attention?: object;
  readonly model?: object;
  readonly context?: number;
  readonly parallelism?: object;
  readonly workload?: object;
  readonly serving?: object;
  readonly engine?: string;
  readonly pools?: object[];
}

/** One layer on four ranks of a node, in 16 bits; links of 10 GB/s without latency, launches take nothing. */
function shared({ attention = LATENT, model = {}, context, parallelism = {}, workload = {}, serving = {}, ...rest }: Changes): Scenario {
  return parseScenario({
    tokenyard: 1,
    name: "shared",
    model: { layers: 1, hiddenSize: 32, attention, dense: { hiddenSize: 64, matrices: 3 }, ...model },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      gpusPerNode: 8,
      kernels: "roofline",
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
    },
    parallelism: { tensor: 4, ...(context === undefined ? {} : { context }), ...parallelism },
    workload: { kind: "batch", sequences: 2, promptTokens: 10, outputTokens: 3, ...workload },
    serving: { scheduler: { kind: "continuous" }, ...serving },
    ...rest,
  });
}

/** Bytes over links of a run that exceed those of the same with whole contexts. */
function moreBytes(changes: Changes): number {
  const nodeBytes = (context: number) => run(prepare(shared({ ...changes, context }))).work.nodeBytes;
  return nodeBytes(changes.context!) - nodeBytes(1);
}

test("ranks that compute the queries of all gather none, and hold and compute the matrices of as many heads", () => {
  for (const [attention, queries, extra] of [
    [LATENT, 2 * 20, { weights: 3 * 2 * (32 * 12 + 16 * 8), flops: 3 * 2 * (32 * 12 + 8 * 16) }], // of three ranks more, two heads each: keys of 12, and 8 × 16 taken into queries
    [GROUPED, 2 * 8, { weights: 2 * 32 * 8, flops: 2 * 32 * 8 }], // of one rank more
  ] as const) {
    const context = attention === LATENT ? 4 : 2;
    const [gathered, whole] = (["gathered", "whole"] as const).map((contextQueries) =>
      run(prepare(shared({ attention, context, parallelism: { contextQueries }, workload: { sequences: 1 } }))),
    );
    const rows = attention === LATENT ? 2 : 2 + 10; // of two decode steps; prompts of latent attention gather no queries
    expect(gathered!.work.nodeBytes - whole!.work.nodeBytes).toBe(rows * 4 * (context - 1) * queries * 2);
    const { weightBytesPerRank: before } = gathered!.plan;
    const { weightBytesPerRank: after } = whole!.plan;
    expect(after.max - before.max).toBe(extra.weights * 2);
    const ofPrompts = 10 * (attention === LATENT ? 3 * 2 * 32 * 12 : extra.flops); // nothing is taken into their queries
    expect(whole!.work.flops - gathered!.work.flops).toBe(2 * 4 * (2 * extra.flops + ofPrompts));
  }
});

test("a context of one rank is none", () => {
  const check = (scenario: Scenario) => {
    const { parallelism } = scenario;
    const [plain, one] = [scenario, { ...scenario, parallelism: { ...parallelism, context: 1 } }].map((each) => run(prepare(each)));
    expect(differences({ ...one, scenario: null }, { ...plain, scenario: null })).toEqual([]); // but for the key itself
  };
  for (const scenarios of [drawnScenario, loadedScenario])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(6), endOnFailure: true });
});

describe("what ranks send that share contexts", () => {
  test("latent attention, by hand: queries and sums of a row are gathered, its results reduce-scattered; a prompt in one piece sends nothing", () => {
    // A rank has 2 of 8 heads. Queries 2 · (16 + 4) · 2 bytes, sums 8 · 4 bytes, results 2 · 16 · 2 bytes: 80 + 32 + 64 = 176 bytes of a row, to 3 others each
    const row = 4 * 3 * 176;
    expect(moreBytes({ context: 4 })).toBe(2 * 2 * row); // two sequences, two steps that decode
    // in pairs: sums of 4 heads, each to one other
    expect(moreBytes({ context: 2 })).toBe(2 * 2 * 4 * (80 + 16 + 64));
  });

  test("latent attention, by hand: the second chunk of a prompt gathers the rows that the first has cached", () => {
    const chunks = { serving: { scheduler: { kind: "continuous", tokenBudget: 8, maxSequences: 8 } } };
    const more = moreBytes({ ...chunks, context: 4, workload: { sequences: 1, promptTokens: 12, outputTokens: 1 } });
    expect(more).toBe(4 * 3 * (8 / 4) * 20 * 2); // 8 tokens of 16 + 4 numbers, a quarter of them on each rank
  });

  test("grouped-query attention, by hand: tokens of prompts send what decoding ones do", () => {
    // 2 KV heads on 4 ranks are in pairs. Queries 2 · 8 · 2 bytes, sums 4 · 4 bytes, results 2 · 8 · 2 bytes: 80 bytes of a row
    expect(moreBytes({ attention: GROUPED, context: 2 })).toBe(2 * (10 + 2) * 4 * 80);
  });

  test("layers with windows keep contexts whole, and send nothing", () => {
    const attention = { ...GROUPED, window: { tokens: 4, fullEvery: 2 } };
    expect(moreBytes({ attention, context: 2, model: { layers: 4 } })).toBe(2 * moreBytes({ attention: GROUPED, context: 2 }));
  });
});

describe("what ranks cache and read that share contexts", () => {
  const room = { serving: { scheduler: { kind: "continuous" }, kv: { blockTokens: 16 } } };
  const kvOf = (changes: Changes) => simulate(shared({ ...room, ...changes })).kv!;

  test.each([1, 2, 4])("%i ranks hold as many times the tokens, in blocks of as many times 16", (context) => {
    const [whole, split] = [kvOf({ context: 1 }), kvOf({ context })];
    expect(split.blockTokens).toBe(16 * context);
    expect(Math.abs(split.blocks - whole.blocks) / whole.blocks).toBeLessThan(1e-4);
  });

  test("copies of KV heads disappear: pairs of ranks that hold the same head hold half of its cache each", () => {
    const kvReserved = (context: number) => {
      const batch = { scheduler: { kind: "static", microBatches: 1 } };
      return inspect(prepare(shared({ attention: GROUPED, context, serving: batch }))).memory.kvReserved;
    };
    expect(kvReserved(1)).toBe(2 * (10 + 2) * 2 * 8 * 2); // one head of 8 + 8 numbers, of 12 tokens of two sequences
    expect(kvReserved(2)).toBe(kvReserved(1) / 2);
  });

  test("a step that decodes reads a part of the context for the heads of all, by hand", () => {
    const tpot = (context: number) =>
      simulate(shared({ context, workload: { sequences: 1, promptTokens: 1000, outputTokens: 2 } })).tpotSeconds!.mean!;
    // core of a rank, bytes / 100 GB/s: 20 numbers of 1,001 tokens and 2 · (20 + 16) of the row, 2 bytes each; of four a quarter of the tokens and 8 heads,
    // which take 2 · 2 · (20 + 16) · 1,001 FLOPs / 1 TFLOPS in any case
    const core = (context: number) => Math.max((2 * (20 * (1001 / context) + 2 * context * 36)) / 100e9, (2 * 2 * 36 * 1001) / 1e12);
    // 3 of 4 parts come in over 10 GB/s
    const sent = (3 * (80 + 32) + 3 * 64) / 10e9;
    expect(tpot(4) - tpot(1)).toBeCloseTo(core(4) - core(1) + sent, 8); // each op is rounded to nanoseconds
  });
});

test("pools of other degrees: ranks that share contexts get a part of each cache, and copies are not sent", () => {
  const parallelism = { tensor: 4 };
  const of = (prefill: object, decode: object) =>
    simulate(
      shared({
        pools: [
          { role: "prefill", parallelism: { ...parallelism, ...prefill } },
          { role: "decode", parallelism: { ...parallelism, ...decode } },
        ],
        workload: { sequences: 1, promptTokens: 1000 },
      }),
    ).transfers!;
  const cache = 1000 * 20 * 2;
  const [copies, gathered, spread] = [of({}, {}), of({}, { context: 4 }), of({ context: 4 }, {})];
  expect([copies.bytes, gathered.bytes, spread.bytes]).toEqual([4 * cache, cache, 4 * cache]);
  expect(copies.seconds!.max).toBeCloseTo(cache / 1e9, 9); // each rank receives all of it
  expect(gathered.seconds!.max).toBeCloseTo(cache / 4 / 1e9, 9); // each sends a quarter to who keeps it
  expect(spread.seconds!.max).toBeCloseTo(cache / 1e9, 9); // each sends its quarter to all four
});

test("engines refuse what they cannot share, and ideal runs it", () => {
  const problem = (changes: Changes) => {
    try {
      prepare(shared({ ...changes, context: 2 }));
      return "";
    } catch (error) {
      if (error instanceof Problems) return error.message;
      throw error;
    }
  };
  const windowed = { ...GROUPED, window: { tokens: 8, fullEvery: 2 } };
  const model = { layers: 2 };
  expect(problem({ engine: "vllm", attention: windowed, model })).toContain(
    "parallelism.context: contexts shared beside windows or states, which vLLM refuses",
  );
  expect(problem({ engine: "ideal", attention: windowed, model })).toBe("");
  expect(problem({ engine: "sglang", attention: GROUPED })).toContain("contexts shared without latent attention, which SGLang refuses");
  expect(problem({ engine: "trtllm" })).toContain("contexts shared by servers that compute prompts, which TensorRT-LLM refuses");
  const draft = { layers: 1, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } };
  const eagle = { speculation: { kind: "eagle", tokens: 2, draft } };
  expect(problem({ engine: "vllm", serving: eagle })).toContain("serving.speculation: a draft whose KV heads 2 ranks");
  expect(problem({ engine: "vllm", serving: { speculation: { kind: "mtp", tokens: 2 } } })).toBe("");
});
