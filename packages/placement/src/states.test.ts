import { parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { kvBytesPerTokenOnRank, requestBytes } from "./kv-bytes.ts";
import { compilePlan } from "./plan.ts";
import { statesOf } from "./states.ts";

const ATTENTION = { heads: 2, kvHeads: 2, headSize: 8 }; // 2 · 2 · 8 · 2 B = 64 B a token and layer
const DELTA = { kind: "gated-delta", keyHeads: 2, valueHeads: 2, keySize: 8, valueSize: 8 };
const DENSE = { kind: "dense", hiddenSize: 64 };

/** A model of these mixers by turns, in 16 bits, on stages of one GPU; blocks of 16 tokens. */
function planned(
  mixers: readonly object[],
  { layers = mixers.length, pipeline = 1, kv = {} }: { layers?: number; pipeline?: number; kv?: object } = {},
) {
  const names = mixers.map((_, i) => `kind-${i}`);
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers,
      hiddenSize: 16,
      layerKinds: Object.fromEntries(mixers.map((mixer, i) => [names[i], { mixer, feedForward: DENSE }])),
      layerPattern: names,
      precision: { weights: "fp16", activations: "fp16", kvCache: "fp16" },
    },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { pipeline },
    workload: { kind: "open", rate: "1 requests/s", requests: 4, promptTokens: 16, outputTokens: 4 },
    serving: { scheduler: { kind: "continuous", maxSequences: 4, tokenBudget: 64 }, kv },
  });
  const plan = compilePlan(scenario);
  return { scenario, plan, states: statesOf(scenario, plan) };
}
const full = { kind: "grouped-query", ...ATTENTION };
const windowed = (window: number) => ({ ...full, window });

describe("windows in blocks", () => {
  test("a request pins the blocks that its tokens inside the window fill", () => {
    // one full layer of 64 B a token, so blocks of 1,024 B; three windows of 40 tokens: 192 B a token
    const { states } = planned([full, windowed(40), windowed(40), windowed(40)]);
    expect([states!.kind, states!.blockTokens, states!.tokenBytes]).toEqual(["paged", 16, [64]]);
    // 10 tokens: 1,920 B = 1.875 blocks; 40 and more: 7,680 B = 7.5
    expect([0, 10, 16, 40, 1000].map((tokens) => states!.pinnedBlocks(tokens))).toEqual([0, 2, 3, 8, 8]);
    expect(states!.kept).toBeUndefined();
  });

  test("a block that is kept holds the window of its place, and a prefix resumes behind as many as the window needs", () => {
    const { states } = planned([full, windowed(40), windowed(40), windowed(40)], { kv: { prefixCache: true } });
    expect(states!.kept).toEqual({ weight: 3, hostBlocks: 3, pointsInRow: 3 }); // 192/64; ⌈39/16⌉
    expect(planned([full, windowed(17)], { kv: { prefixCache: true } }).states!.kept).toMatchObject({ weight: 1, pointsInRow: 1 });
    expect(planned([full, windowed(18)], { kv: { prefixCache: true } }).states!.kept).toMatchObject({ weight: 1, pointsInRow: 2 });
  });

  test("a stage without a growing layer counts by the blocks of the stage that has most", () => {
    // two stages: full and full (128 B a token), window and window (128 B a token inside): blocks of 2,048 B
    const { states, scenario, plan } = planned([full, full, windowed(24), windowed(24)], { pipeline: 2 });
    expect(states!.tokenBytes).toEqual([128, 128]);
    expect([8, 24, 100].map((tokens) => states!.pinnedBlocks(tokens))).toEqual([1, 2, 2]); // 3,072 B of 2,048
    expect(requestBytes(scenario, plan)).toEqual([
      { token: 128, pinned: 0, drafted: 0 },
      { token: 128, pinned: 0, drafted: 0 },
    ]);
    expect(kvBytesPerTokenOnRank(scenario, plan)).toBe(128);
  });

  test("nothing is kept beside the blocks without a window or a state, or where windows set cache aside for all tokens", () => {
    expect(planned([full, full]).states).toBeUndefined();
    const { scenario, plan } = planned([full, windowed(40)]);
    const all = { ...scenario, model: { ...scenario.model, windowedCache: 1 } };
    expect(statesOf(all, plan)).toBeUndefined();
    expect(kvBytesPerTokenOnRank(all, plan)).toBe(128);
    expect(kvBytesPerTokenOnRank(scenario, plan)).toBe(64);
  });
});

describe("states in blocks", () => {
  test("a block is as large as a state, and a request pins a page for each group of layers", () => {
    const kv = { states: { kind: "paged" } };
    // 2 value heads · 8 · 8 · 4 B = 512 B, and a convolution over 3 tokens of 48 channels · 2 B = 288 B: 800 B, so ⌈800/(16 · 64)⌉ = 1 page
    const { states } = planned([full, DELTA, DELTA, DELTA], { kv });
    expect([states!.blockTokens, states!.pinnedBlocks(1), states!.pinnedBlocks(1000)]).toEqual([16, 3, 3]);
    const apart = planned([full, full, DELTA], { kv }).states!; // one group of one layer beside two that grow
    expect(apart.pinnedBlocks(1)).toBe(1);
  });

  test("unasked they are reserved without a prefix cache, and paged with one", () => {
    expect(planned([full, DELTA]).states).toBeUndefined();
    expect(planned([full, DELTA], { kv: { prefixCache: true } }).states!.kind).toBe("paged");
    expect(planned([full, DELTA], { kv: { states: { kind: "slots" } } }).states!.kind).toBe("slots");
  });
});
