import { bitsOf, type ModelSpec, PRECISIONS, type Precision, type PrecisionSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf } from "./bytes.ts";
import { precisionsOf, productPrecisions, productsOf } from "./precision.ts";

const EVERY = { compute: 1e15 };
const A100 = { compute: { fp32: 1, bf16: 1, fp16: 1, int8: 1, int4: 1 } };
const H100 = { compute: { fp32: 1, bf16: 1, fp16: 1, int8: 1, fp8: 1 } };
const B200 = { compute: { fp32: 1, bf16: 1, fp16: 1, int8: 1, fp8: 1, nvfp4: 1, mxfp4: 1 } };

const sizes = { layers: 1, hiddenSize: 8, attention: { heads: 1, kvHeads: 1, headSize: 8 }, vocabulary: 9 };
const experts = { count: 2, topK: 1, hiddenSize: 8, matrices: 3 as const, shared: 0 };
const model = (precision: PrecisionSpec): ModelSpec => ({ ...sizes, experts, precision });

test("a block format takes its scales' bytes too", () => {
  expect(bytesOf("nvfp4") * 16).toBe(16 * 0.5 + 1); // 16 numbers of 4 bits, one fp8 scale
  expect(bytesOf("mxfp4") * 32).toBe(32 * 0.5 + 1); // 32 numbers of 4 bits, one byte of scale
  expect(bytesOf("int4") * 2).toBe(1);
});

describe("where nothing else is stated", () => {
  test("quantised weights leave what kernels hand on, the cache and all traffic in 16 bits", () => {
    expect(precisionsOf(model({ weights: "fp8" }))).toEqual({
      weights: "fp8",
      experts: "fp8",
      indexer: "fp8",
      linear: "fp8",
      latentProjections: "fp8",
      attention: "fp8",
      attentionOutput: "fp8",
      dense: "fp8",
      shared: "fp8",
      head: "bf16",
      unquantised: "bf16",
      activations: "bf16",
      kvCache: "bf16",
      collectives: "bf16",
      dispatch: "bf16",
      combine: "bf16",
    });
  });

  test("all that is not quantised follows the weights that are not", () => {
    for (const weights of ["fp16", "bf16", "fp32"] as const)
      expect(new Set(Object.values(precisionsOf(model({ weights }))))).toEqual(new Set([weights]));
  });

  test("dispatch and combine follow the collectives, and each may go its own way", () => {
    const both = precisionsOf(model({ weights: "bf16", collectives: "fp32" }));
    expect([both.dispatch, both.combine]).toEqual(["fp32", "fp32"]);
    const one = precisionsOf(model({ weights: "fp8", dispatch: "fp8" }));
    expect([one.collectives, one.dispatch, one.combine]).toEqual(["bf16", "fp8", "bf16"]);
  });
});

test("what is said of one place moves no other, but for those that follow it", () => {
  const followers: Readonly<Record<string, readonly string[]>> = { collectives: ["dispatch", "combine"], weights: ["experts"] };
  const places = ["experts", "kvCache", "collectives", "dispatch", "combine"] as const;
  const before = precisionsOf(model({ weights: "fp8", activations: "bf16" }));
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom(...PRECISIONS), (place, precision) => {
      const after = precisionsOf(model({ weights: "fp8", activations: "bf16", [place]: precision }));
      for (const [key, value] of Object.entries(after)) {
        const moves = key === place || followers[place]?.includes(key) === true;
        expect(value).toBe(moves ? precision : before[key as keyof typeof before]);
      }
    }),
  );
});

describe("matrices multiply", () => {
  test.each<[string, Precision, { compute: object | number }, Precision]>([
    ["fp8 in fp8 where the GPU has it", "fp8", H100, "fp8"],
    ["fp8 in 16 bits where it has not", "fp8", A100, "bf16"],
    ["int8 in int8", "int8", A100, "int8"],
    ["int4 in 16 bits, even where the GPU has int4", "int4", A100, "bf16"],
    ["nvfp4 in nvfp4 on Blackwell", "nvfp4", B200, "nvfp4"],
    ["nvfp4 in 16 bits on Hopper", "nvfp4", H100, "bf16"],
    ["mxfp4 in 16 bits on Hopper", "mxfp4", H100, "bf16"],
    ["mxfp4 in 16 bits on Blackwell too, unless asked", "mxfp4", B200, "bf16"],
    ["fp32 in fp32", "fp32", H100, "fp32"],
    ["fp8 in fp8 where one number holds for all formats", "fp8", EVERY, "fp8"],
  ])("%s", (_, stored, gpu, product) => {
    expect(productsOf(model({ weights: stored }), gpu as never).attention).toBe(product);
    expect(productsOf(model({ weights: "bf16", experts: stored }), gpu as never).experts).toBe(product);
  });

  test("in the format that is asked for, each in its own where that is wider", () => {
    const asked = productsOf(model({ weights: "bf16", experts: "mxfp4", compute: "fp8" }), B200);
    expect(asked).toMatchObject({ attention: "bf16", dense: "bf16", experts: "fp8", unquantised: "bf16", head: "bf16", core: "bf16" });
    expect(productsOf(model({ weights: "fp8", compute: "bf16" }), H100).attention).toBe("bf16");
  });

  test("each part in a format of its own, and those whose weights alone are quantised in 16 bits", () => {
    const spec = model({
      weights: "bf16",
      attention: "fp8",
      attentionOutput: "nvfp4",
      dense: "nvfp4",
      head: "nvfp4",
      weightOnly: ["dense"],
    });
    expect(productsOf(spec, B200)).toMatchObject({
      attention: "fp8",
      attentionOutput: "nvfp4",
      dense: "bf16",
      shared: "bf16",
      head: "bf16",
    });
    expect(precisionsOf(spec)).toMatchObject({ attention: "fp8", attentionOutput: "nvfp4", dense: "nvfp4", shared: "bf16", head: "nvfp4" });
  });

  test("gate and head without quantisation", () => {
    expect(productsOf(model({ weights: "nvfp4" }), B200)).toMatchObject({ attention: "nvfp4", unquantised: "bf16", head: "bf16" });
  });
});

test("an fp8 cache is attended to in fp8 where the GPU has it, any other quantised one in 16 bits", () => {
  const core = (kvCache: Precision, gpu: typeof H100 | typeof A100) => productsOf(model({ weights: "bf16", kvCache }), gpu as never).core;
  expect([core("fp8", H100), core("fp8", A100), core("int8", H100), core("nvfp4", H100)]).toEqual(["fp8", "bf16", "bf16", "bf16"]);
});

test("nothing multiplies in fewer bits than it is stored in, and a GPU without a format is not asked for it", () => {
  const anyPrecision = fc.constantFrom(...PRECISIONS);
  fc.assert(
    fc.property(
      anyPrecision,
      anyPrecision,
      anyPrecision,
      fc.option(anyPrecision, { nil: undefined }),
      (weights, routed, kvCache, compute) => {
        const spec = model({ weights, experts: routed, kvCache, ...(compute === undefined ? {} : { compute }) });
        const products = productsOf(spec, H100);
        const stored = precisionsOf(spec);
        expect(bitsOf(products.attention)).toBeGreaterThanOrEqual(bitsOf(stored.attention));
        expect(bitsOf(products.experts)).toBeGreaterThanOrEqual(bitsOf(stored.experts));
        expect(bitsOf(products.core)).toBeGreaterThanOrEqual(bitsOf(stored.kvCache));
        if (compute === undefined) for (const product of Object.values(products)) expect(Object.keys(H100.compute)).toContain(product);
      },
    ),
  );
});

test("a model multiplies in each precision that one of its kernels needs, reported once", () => {
  expect(productPrecisions(model({ weights: "fp8", kvCache: "bf16", experts: "mxfp4" }), H100)).toEqual(["fp8", "bf16"]);
});

test("what the experts are stored in does not matter to a model without experts", () => {
  expect(productPrecisions({ ...sizes, precision: { weights: "bf16", experts: "fp32" } }, H100)).toEqual(["bf16"]);
});
