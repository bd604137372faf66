import type { LinearShape } from "@tokenyard/model";
import type { ClusterSpec, GpuSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { kernelModelContract } from "./kernel-model.contract.ts";
import { Roofline } from "./roofline.ts";

const gpu: GpuSpec = {
  compute: 400e12,
  computeEfficiency: 0.5,
  bandwidth: 2e12,
  bandwidthEfficiency: 0.8,
  memory: 64e9,
  memoryShare: 0.9,
  launch: 3e-6,
};
const cluster: ClusterSpec = {
  gpu,
  gpusPerNode: 8,
  kernels: { kind: "roofline" },
  network: {
    kind: "two-tier",
    node: { bandwidth: 450e9, latency: 2e-6 },
    fabric: { bandwidth: 50e9, latency: 5e-6 },
    allReduce: "ring",
  },
};

kernelModelContract("roofline", cluster);
kernelModelContract("ideal roofline", { ...cluster, gpu: { ...gpu, computeEfficiency: 1, bandwidthEfficiency: 1, launch: 0 } });

function linear(rows: number, precision: LinearShape["precision"] = "fp16"): LinearShape {
  return { kind: "linear", parts: 1, rows, inFeatures: 1000, outFeatures: 2000, weightBytes: 2, activationBytes: 2, precision };
}

test("a large kernel is bound by compute", () => {
  // 2·10^5·1000·2000 = 4·10^11 FLOPs at 200 TFLOPS: 2 ms; 4·10^6 + 6·10^8 bytes at 1.6 TB/s: 0.38 ms; launch 3 us
  expect(new Roofline(gpu).seconds(linear(100_000))).toBeCloseTo(2.003e-3, 12);
});

test("a small kernel is bound by reading its weights", () => {
  // 2·2·10^6 + 2·8·3000 = 4,048,000 bytes at 1.6 TB/s: 2.53 us; 3.2·10^7 FLOPs at 200 TFLOPS: 0.16 us; launch 3 us
  expect(new Roofline(gpu).seconds(linear(8))).toBeCloseTo(5.53e-6, 15);
});

test("an elementwise kernel is bound by memory", () => {
  // 1000·1000·(1 + 1)·2 bytes at 1.6 TB/s: 2.5 us; launch 3 us
  const shape = { kind: "elementwise", rows: 1000, features: 1000, reads: 1, writes: 1, activationBytes: 2 } as const;
  expect(new Roofline(gpu).seconds(shape)).toBeCloseTo(5.5e-6, 15);
});

test("each precision has a peak of its own", () => {
  const roofline = new Roofline({ ...gpu, compute: { fp16: 400e12, fp8: 800e12 } });
  expect(roofline.seconds(linear(100_000, "fp8"))).toBeCloseTo(1.003e-3, 12); // half of 2 ms, and the launch
  expect(roofline.seconds(linear(100_000, "bf16"))).toBe(roofline.seconds(linear(100_000, "fp16")));
});

test("a precision without a peak is reported, not guessed", () => {
  expect(() => new Roofline({ ...gpu, compute: { fp16: 400e12 } }).seconds(linear(1, "fp8"))).toThrow("cluster.gpu.compute gives no fp8");
});
