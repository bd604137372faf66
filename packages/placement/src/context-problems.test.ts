import { Problems, parseScenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { compilePlan } from "./plan.ts";

const GROUPED = { heads: 32, kvHeads: 4, headSize: 8 };
const LATENT = { kind: "latent", heads: 32, kvLoraRank: 16, qkNopeHeadDim: 8, qkRopeHeadDim: 4, vHeadDim: 8 };
const INDEXER = { heads: 4, headSize: 8, topK: 16 };

function planOf(model: object, parallelism: object) {
  return compilePlan(
    parseScenario({
      tokenyard: 1,
      model: { layers: 4, hiddenSize: 64, dense: { hiddenSize: 256, matrices: 3 }, ...model },
      cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
      parallelism,
      workload: { kind: "batch", sequences: 1, promptTokens: 4, outputTokens: 2 },
    }),
  );
}

function problemOf(model: object, parallelism: object): string {
  try {
    planOf(model, parallelism);
  } catch (error) {
    if (error instanceof Problems) return error.message;
    throw error;
  }
  return "";
}

describe("ranks that share the caches of sequences", () => {
  test("are one unless stated", () => {
    expect(planOf({ attention: GROUPED }, { tensor: 8 }).context).toBe(1);
  });

  test("hold copies of the same KV heads: 16 ranks of 4 KV heads are 4 copies", () => {
    expect(planOf({ attention: GROUPED }, { tensor: 16, context: 4 }).context).toBe(4);
    expect(problemOf({ attention: GROUPED }, { tensor: 16, context: 8 })).toContain(
      "parallelism.context: 8 given; wanted a power of two of the 4 of attention.tensor 16 ranks that cache the same, which hold copies of the same KV heads: 1, 2 or 4",
    );
    expect(problemOf({ attention: GROUPED }, { tensor: 4, context: 2 })).toContain(
      "wanted 1: each of the attention.tensor 4 ranks caches KV heads of its own, so that none can share contexts; did you mean 1?",
    );
  });

  test("are up to all of a data group with latent attention", () => {
    expect(planOf({ attention: LATENT }, { tensor: 8, context: 8 }).context).toBe(8);
    expect(problemOf({ attention: LATENT }, { tensor: 8, context: 3 })).toContain(
      "ranks that cache the same: 1, 2, 4 or 8; did you mean 2?",
    );
  });

  test("are refused where layers choose the tokens that they see, with the key that says so", () => {
    const chosen = { kinds: { mixer: { ...LATENT, indexer: INDEXER }, feedForward: { kind: "dense", hiddenSize: 256 } } };
    const model = { attention: undefined, dense: undefined, layerKinds: chosen, layerPattern: ["kinds"] };
    expect(problemOf(model, { tensor: 8, context: 2 })).toContain(
      "what model.layerKinds.kinds.mixer chooses of a context is not simulated",
    );
  });

  test("share nothing where all layers see a window alone", () => {
    const windowed = { attention: { ...GROUPED, window: { tokens: 8 } } };
    expect(problemOf(windowed, { tensor: 16, context: 2 })).toContain("no layer keeps a cache that grows with the context");
    expect(planOf({ attention: { ...GROUPED, window: { tokens: 8, fullEvery: 2 } } }, { tensor: 16, context: 2 }).context).toBe(2);
  });
});
