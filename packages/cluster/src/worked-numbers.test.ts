import { kernelBytes, kernelFlops } from "@tokenyard/model";
import type { GpuSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { createKernelModel } from "./policies.ts";
import { gpuJoules } from "./power.ts";

const machine = { computeEfficiency: 1, bandwidthEfficiency: 1, memory: 64e9, memoryShare: 0.9 };

test("a matrix product has the work and the roofline's time that the page works out", () => {
  const gpu: GpuSpec = { ...machine, compute: 600e12, bandwidth: 2.7e12, launch: 2e-6 };
  const network = {
    kind: "two-tier",
    node: { bandwidth: 450e9, latency: 0 },
    fabric: { bandwidth: 50e9, latency: 0 },
    allReduce: "ring",
  } as const;
  const kernels = createKernelModel({ gpu, gpusPerNode: 8, kernels: { kind: "roofline" }, network });
  const formats = { weightBytes: 2, activationBytes: 2, precision: "fp16" } as const;
  const product = (rows: number) => ({ kind: "linear", parts: 1, rows, inFeatures: 4096, outFeatures: 4096, ...formats }) as const;
  const us = (rows: number) => kernels.seconds(product(rows)) * 1e6;
  expect(kernelFlops(product(1024)) / 1e9).toBeCloseTo(34.36, 2);
  expect(kernelBytes(product(1024)) / 1e6).toBeCloseTo(50.33, 2);
  expect(us(1024)).toBeCloseTo(59.27, 2);
  expect(kernelFlops(product(1)) / 1e6).toBeCloseTo(33.55, 2);
  expect(kernelBytes(product(1)) / 1e6).toBeCloseTo(33.57, 2);
  expect(us(1)).toBeCloseTo(14.43, 2);
});

test("GPUs draw the energy that the page works out", () => {
  const spec = { ...machine, compute: 480e12, bandwidth: 2.68e12, launch: 0, power: { idle: 120, peak: 700 } };
  const work = { seconds: 80, busySeconds: 60, flops: 6e15, memoryBytes: 100e12, peakFlopsPerSecond: 480e12 };
  expect(gpuJoules(spec, work)! / 1e3).toBeCloseTo(27.67, 2);
  expect(gpuJoules(spec, { ...work, busySeconds: 20 })).toBe(120 * 80 + 580 * 20); // no longer than kernels ran
});
