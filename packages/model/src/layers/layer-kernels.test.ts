import type { ModelSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelFlops, type LinearShape } from "./kernel.ts";
import { layerKernels } from "./layer-kernels.ts";

const model: ModelSpec = {
  layers: 4,
  hiddenSize: 512,
  attention: { heads: 16, kvHeads: 4, headSize: 32 },
  experts: { count: 16, topK: 2, hiddenSize: 1024, matrices: 3, shared: 1 },
  dense: { layers: 1, hiddenSize: 2048, matrices: 3 },
  vocabulary: 1001,
  precision: { weights: "fp8", activations: "bf16", kvCache: "fp8", experts: "mxfp4" },
};
const H100 = { compute: { bf16: 990e12, fp8: 1979e12 } };
const features = (shape: { inFeatures: number; outFeatures: number } | undefined) => [shape?.inFeatures, shape?.outFeatures];

test("a whole layer's kernels have the model's sizes", () => {
  const { attention, gate, experts, shared, dense, head } = layerKernels(model, { tensor: 1, attentionTensor: 1 }, H100);
  expect(features(attention.projections[0])).toEqual([512, 768]); // (16 + 2·4)·32
  expect(features(attention.output)).toEqual([512, 512]); // 16·32 → 512
  expect(features(gate)).toEqual([512, 16]);
  expect(features(experts?.up)).toEqual([512, 2048]); // gated: 2·1024
  expect(features(experts?.down)).toEqual([1024, 512]);
  expect(features(shared?.up)).toEqual([512, 2048]);
  expect(features(shared?.down)).toEqual([1024, 512]);
  expect(features(dense?.up)).toEqual([512, 4096]);
  expect(features(dense?.down)).toEqual([2048, 512]);
  expect(features(head)).toEqual([512, 1001]);
});

test("ranks share the heads and the hidden sizes, and each has the whole gate", () => {
  const { attention, gate, experts, shared, dense, head } = layerKernels(model, { tensor: 2, attentionTensor: 8 }, H100);
  expect(features(attention.projections[0])).toEqual([512, 128]); // (2 + 2·1)·32: 8 ranks hold 4 KV heads twice
  expect(features(attention.output)).toEqual([64, 512]); // 2·32 → 512
  expect([attention.prefill.core.heads, attention.prefill.core.kvHeads]).toEqual([2, 1]);
  expect([attention.decode.core.heads, attention.decode.core.kvHeads]).toEqual([2, 1]);
  expect(features(gate)).toEqual([512, 16]);
  expect(features(experts?.up)).toEqual([512, 1024]); // 2·1024/2
  expect(features(experts?.down)).toEqual([512, 512]);
  expect(features(shared?.up)).toEqual([512, 256]); // 2·1024/8
  expect(features(dense?.down)).toEqual([256, 512]); // 2048/8
  expect(features(head)).toEqual([512, 126]); // ⌈1001/8⌉
});

test("each kernel stores and multiplies in its own precision, and hands on 16 bits", () => {
  const { attention, gate, experts, shared, head } = layerKernels(model, { tensor: 1, attentionTensor: 1 }, H100);
  expect(attention.projections[0]).toMatchObject({ weightBytes: 1, activationBytes: 2, precision: "fp8" });
  expect(attention.decode.core).toMatchObject({ kvBytes: 1, activationBytes: 2, precision: "fp8" });
  expect(gate).toMatchObject({ weightBytes: 2, activationBytes: 2, precision: "bf16" });
  expect(experts?.up).toMatchObject({ weightBytes: 0.53125, activationBytes: 2, precision: "bf16" });
  expect(shared?.up).toMatchObject({ weightBytes: 1, activationBytes: 2, precision: "fp8" });
  expect(head).toMatchObject({ weightBytes: 2, activationBytes: 2, precision: "bf16" });
});

test("what the model has not is undefined", () => {
  const { experts: _, vocabulary: __, ...sizes } = model;
  const { gate, experts, shared, head, dense } = layerKernels(sizes, { tensor: 1, attentionTensor: 1 }, H100);
  expect([gate, experts, shared, head]).toEqual([undefined, undefined, undefined, undefined]);
  expect(dense).toBeDefined();
  const plain = { ...model, experts: { count: 16, topK: 2, hiddenSize: 1024, matrices: 2 as const, shared: 0 } };
  expect(layerKernels(plain, { tensor: 1, attentionTensor: 1 }, H100).shared).toBeUndefined();
});

test("the kernels are the caller's own", () => {
  const degrees = { tensor: 1, attentionTensor: 1 };
  layerKernels(model, degrees, H100).attention.output.rows = 7;
  expect(layerKernels(model, degrees, H100).attention.output.rows).toBe(0);
});

test("where everything divides, the ranks' FLOPs add up to the whole", () => {
  const flops = (attentionTensor: number, tensor: number, rows: number) => {
    const { attention, experts, shared, dense } = layerKernels(model, { tensor, attentionTensor }, H100);
    const of = (shape: LinearShape | undefined) => (shape === undefined ? 0 : kernelFlops({ ...shape, rows }));
    const core = { ...attention.prefill.core, newTokens: rows, pairs: (rows * (rows + 1)) / 2 };
    const copies = { rowsPerExpert: [rows], first: 0, experts: 1 };
    const routed = experts && kernelFlops({ ...experts.up, ...copies }) + kernelFlops({ ...experts.down, ...copies });
    const linear = [...attention.matrices, shared?.up, shared?.down, dense?.up, dense?.down];
    return attentionTensor * (linear.reduce((sum, shape) => sum + of(shape), 0) + kernelFlops(core)) + tensor * (routed ?? 0);
  };
  const degree = fc.constantFrom(1, 2, 4); // all divide the 4 KV heads
  fc.assert(
    fc.property(degree, degree, fc.integer({ min: 1, max: 10_000 }), (attentionTensor, tensor, rows) => {
      expect(flops(attentionTensor, tensor, rows)).toBe(flops(1, 1, rows));
    }),
  );
});
