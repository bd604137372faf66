import { PRECISIONS } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, multiplyPrecision, multiplyPrecisions, precisionsOf } from "./precision.ts";

const precision = fc.constantFrom(...PRECISIONS);

test("a block format takes its scales' bytes too", () => {
  expect(bytesOf("nvfp4") * 16).toBe(16 * 0.5 + 1); // 16 numbers of 4 bits, one fp8 scale
  expect(bytesOf("mxfp4") * 32).toBe(32 * 0.5 + 1); // 32 numbers of 4 bits, one byte of scale
  expect(bytesOf("int4") * 2).toBe(1);
});

test("a kernel multiplies in the wider of its inputs' precisions", () => {
  expect(multiplyPrecision("fp8", "bf16")).toBe("bf16");
  expect(multiplyPrecision("bf16", "fp8")).toBe("bf16");
  expect(multiplyPrecision("mxfp4", "fp8")).toBe("fp8");
  expect(multiplyPrecision("fp32", "fp8")).toBe("fp32");
});

test("of two equally wide precisions the activations' holds", () => {
  expect(multiplyPrecision("fp16", "bf16")).toBe("bf16");
  expect(multiplyPrecision("bf16", "fp16")).toBe("fp16");
  expect(multiplyPrecision("nvfp4", "mxfp4")).toBe("mxfp4"); // the scales' bytes do not make it wider
});

test("nothing multiplies in less than either of its inputs", () => {
  const bits = (name: string) => (name.includes("4") ? 4 : name.includes("32") ? 32 : name.includes("16") ? 16 : 8);
  fc.assert(
    fc.property(precision, precision, (weights, activations) => {
      const wider = multiplyPrecision(weights, activations);
      expect(bits(wider)).toBe(Math.max(bits(weights), bits(activations)));
      expect([weights, activations]).toContain(wider);
    }),
  );
});

const sizes = { layers: 1, hiddenSize: 8, attention: { heads: 1, kvHeads: 1, headSize: 8 } };
const experts = { count: 2, topK: 1, hiddenSize: 8, matrices: 3 as const, shared: 0 };

test("the KV cache is stored as the activations and the experts as the weights, unless the model says otherwise", () => {
  const bare = { ...sizes, experts, precision: { weights: "fp8", activations: "bf16" } as const };
  expect(precisionsOf(bare)).toEqual({ weights: "fp8", activations: "bf16", kvCache: "bf16", experts: "fp8" });
  const all = { weights: "bf16", activations: "bf16", kvCache: "fp8", experts: "mxfp4" } as const;
  expect(precisionsOf({ ...sizes, experts, precision: all })).toEqual(all);
});

test("a model multiplies in each precision that one of its kernels needs, told once", () => {
  const precision = { weights: "fp8", activations: "fp8", kvCache: "bf16", experts: "mxfp4" } as const;
  expect(multiplyPrecisions({ ...sizes, experts, precision })).toEqual(["fp8", "bf16"]);
});

test("what the experts are stored in does not matter to a model without experts", () => {
  const precision = { weights: "fp8", activations: "fp8", experts: "fp32" } as const;
  expect(multiplyPrecisions({ ...sizes, precision })).toEqual(["fp8"]);
});
