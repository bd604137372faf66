import { fc, test } from "@fast-check/vitest";
import type { GpuSpec } from "@tokenyard/scenario";
import { describe, expect } from "vitest";
import { type GpuWork, gpuJoules, gpuWatts } from "./power.ts";

const gpu: GpuSpec = {
  compute: 100e12,
  computeEfficiency: 0.5,
  bandwidth: 2e12,
  bandwidthEfficiency: 0.8,
  memory: 64e9,
  memoryShare: 0.9,
  launch: 0,
  power: { idle: 100, peak: 700 },
};
const still: GpuWork = { seconds: 10, busySeconds: 0, flops: 0, memoryBytes: 0, peakFlopsPerSecond: 100e12 };

describe("by hand", () => {
  test.each<[string, Partial<GpuWork>, number]>([
    ["idle: 10 s at 100 W", {}, 1000],
    ["4 s at what kernels reach of the compute: 4 · 600 J more", { busySeconds: 4, flops: 4 * 50e12 }, 1000 + 2400],
    ["4 s at what they reach of the bandwidth: half of that", { busySeconds: 4, memoryBytes: 4 * 1.6e12 }, 1000 + 1200],
    ["both at once: no more than the peak", { busySeconds: 4, flops: 4 * 50e12, memoryBytes: 4 * 1.6e12 }, 1000 + 2400],
    ["a kernel that does next to nothing draws next to nothing over idle", { busySeconds: 4, flops: 50e12 }, 1000 + 600],
  ])("%s", (_, done, joules) => {
    expect(gpuJoules(gpu, { ...still, ...done })).toBeCloseTo(joules, 6);
  });
});

test.each<[string, number, number, number]>([
  ["idle", 0, 0, 100],
  ["a quarter of the peak FLOPS is half of what kernels reach", 0.25, 0, 100 + 300],
  ["0.4 of the peak bandwidth is half of what they reach, and counts half", 0, 0.4, 100 + 150],
  ["both", 0.25, 0.4, 100 + 450],
])("by hand, in watts: %s", (_, flopsUse, bandwidthUse, watts) => {
  expect(gpuWatts(gpu, flopsUse, bandwidthUse)).toBeCloseTo(watts, 9);
});

test("without power no energy is reported", () => {
  const { power: _, ...silent } = gpu;
  expect(gpuJoules(silent, still)).toBeNull();
  expect(gpuWatts(silent, 1, 1)).toBeUndefined();
});

const amount = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e15, noNaN: true }));
const share = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1, noNaN: true }));

test.prop([amount, amount, share, amount, amount])(
  "energy lies between idle and peak of the busy time, and grows with work and with power",
  (idle, over, busy, flops, memoryBytes) => {
    const work: GpuWork = { seconds: 10, busySeconds: 10 * busy, flops, memoryBytes, peakFlopsPerSecond: 100e12 };
    const of = (power: { idle: number; peak: number }, done = work) => gpuJoules({ ...gpu, power }, done)!;
    const joules = of({ idle, peak: idle + over });
    expect(joules).toBeGreaterThanOrEqual(idle * 10);
    expect(joules).toBeLessThanOrEqual((idle * 10 + over * work.busySeconds) * (1 + 1e-12));
    expect(of({ idle, peak: idle + over }, { ...work, flops: 2 * flops, memoryBytes: 2 * memoryBytes })).toBeGreaterThanOrEqual(joules);
    expect(of({ idle: 2 * idle, peak: 2 * (idle + over) })).toBe(2 * joules);
  },
);
