import type { ClusterSpec, GpuSpec, ModelSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { computeProblems } from "./compute.ts";
import { peaksOf } from "./peaks.ts";

function cluster(compute: GpuSpec["compute"]): ClusterSpec {
  return {
    gpu: {
      compute,
      computeEfficiency: 0.5,
      bandwidth: 2e12,
      bandwidthEfficiency: 0.8,
      memory: 64e9,
      memoryShare: 0.9,
      launch: 0,
    },
    gpusPerNode: 8,
    kernels: { kind: "roofline" },
    network: {
      kind: "two-tier",
      node: { bandwidth: 450e9, latency: 2e-6 },
      fabric: { bandwidth: 50e9, latency: 5e-6 },
      allReduce: "ring",
    },
  };
}

function model(precision: ModelSpec["precision"]): ModelSpec {
  return {
    layers: 1,
    hiddenSize: 8,
    attention: { heads: 1, kvHeads: 1, headSize: 8 },
    experts: { count: 2, topK: 1, hiddenSize: 8, matrices: 2, shared: 0 },
    precision,
  };
}

test("one number is the peak at every precision", () => {
  expect(peaksOf(cluster(400e12)).flopsPerSecond("fp8")).toBe(400e12);
  expect(computeProblems(cluster(400e12), model({ weights: "int4", compute: "fp8" }))).toEqual([]);
});

test("fp16 and bf16 stand in for each other, unless both are given", () => {
  expect(peaksOf(cluster({ fp16: 400e12 })).flopsPerSecond("bf16")).toBe(400e12);
  expect(peaksOf(cluster({ bf16: 400e12 })).flopsPerSecond("fp16")).toBe(400e12);
  expect(peaksOf(cluster({ fp16: 400e12, bf16: 300e12 })).flopsPerSecond("bf16")).toBe(300e12);
});

test("peaks are before any efficiency", () => {
  const peaks = peaksOf(cluster(400e12));
  expect([peaks.memoryBytesPerSecond, peaks.nodeBytesPerSecond, peaks.fabricBytesPerSecond]).toEqual([2e12, 450e9, 50e9]);
});

test("a precision that the model multiplies in and the GPU does not give is a problem", () => {
  const mixed = model({ weights: "fp16", compute: "fp8", experts: "mxfp4" });
  expect(computeProblems(cluster({ bf16: 400e12 }), mixed)).toEqual([
    { path: ["cluster", "gpu", "compute"], given: "bf16", wanted: "a peak for fp8 too: the model multiplies in it" },
  ]);
  expect(() => peaksOf(cluster({ bf16: 400e12 })).flopsPerSecond("fp8")).toThrow(RangeError);
});

test("a precision that is only stored needs no peak", () => {
  expect(computeProblems(cluster({ bf16: 400e12 }), model({ weights: "int4", activations: "bf16", kvCache: "fp8" }))).toEqual([]);
});
