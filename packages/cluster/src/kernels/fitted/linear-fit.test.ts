import { kernelBytes, type LinearShape } from "@tokenyard/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { serialSum } from "../../serial-sum.ts";
import { LinearFit } from "./linear-fit.ts";

const plain = { computeEfficiency: 1, bandwidthEfficiency: 1, launch: 2e-6, serial: 0, cache: 1e3, tile: 0, split: 1 };
const machine = { flopsPerSecond: 1e12, bytesPerSecond: 1e12, multiprocessors: 10 };

function linear(rows: number, inFeatures: number, outFeatures: number): LinearShape {
  return { kind: "linear", parts: 1, rows, inFeatures, outFeatures, weightBytes: 2, activationBytes: 2, precision: "bf16" };
}

function secondsOf(fit: LinearFit, shape: LinearShape): number {
  return fit.seconds(shape, kernelBytes(shape));
}

test("eleven tiles on ten multiprocessors take two waves where these are whole, or smaller ones fewer", () => {
  // 10 tiles of 256 × 128, 2·256·128·1000 FLOPs each at 0.1 TFLOPS: 655.36 us; 11 would take 1,310.72, but 88 of 64 × 64 nine of 81.92 us
  const fit = new LinearFit({ ...plain, waves: "whole" }, machine);
  expect(secondsOf(fit, linear(256, 1000, 10 * 128))).toBeCloseTo(655.36e-6, 9);
  expect(secondsOf(fit, linear(256, 1000, 11 * 128))).toBeCloseTo(9 * 81.92e-6, 9);
});

test("where waves are shared, eleven tiles take eleven tenths, and one tile no less than itself", () => {
  const fit = new LinearFit(plain, machine);
  expect(secondsOf(fit, linear(256, 1000, 11 * 128))).toBeCloseTo(1.1 * 655.36e-6, 9);
  expect(secondsOf(fit, linear(64, 100, 64))).toBeCloseTo(8.192e-6, 12);
});

test("each wave but the first fills its tiles again", () => {
  // 12 tiles of 256 × 128: 1.2 waves, of which the launch has the first
  const seconds = (tile: number) => secondsOf(new LinearFit({ ...plain, tile }, machine), linear(512, 1000, 3 * 256));
  expect(seconds(1e-6) - seconds(0)).toBeCloseTo(0.2e-6, 12);
});

test("each input takes a tile so much more", () => {
  const seconds = (step: number) => secondsOf(new LinearFit({ ...plain, step }, machine), linear(64, 1000, 64));
  expect(seconds(1e-9) - seconds(0)).toBeCloseTo(1e-6, 12); // 1,000 of one nanosecond
});

test("few rows are padded to 64", () => {
  const fit = new LinearFit(plain, machine);
  expect(secondsOf(fit, linear(1, 1000, 640))).toBeCloseTo(secondsOf(fit, linear(64, 1000, 640)), 12); // 2·64·64·1000 / 0.1 T = 81.92 us
  expect(secondsOf(fit, linear(1, 1000, 640))).toBeCloseTo(81.92e-6, 9);
});

test("few rows are padded to those that a fit states, also where tiles go by rows", () => {
  // ten tiles of 16 × 64: 2·16·64·1000 / 0.1 T = 20.48 us
  for (const tiles of ["fastest", "by-rows"] as const) {
    const fit = new LinearFit({ ...plain, tiles, leastRows: 16 }, machine);
    for (const rows of [1, 16]) expect(secondsOf(fit, linear(rows, 1000, 640))).toBeCloseTo(20.48e-6, 9);
    expect(secondsOf(fit, linear(64, 1000, 640))).toBeCloseTo(81.92e-6, 9);
  }
});

test("one tile with many inputs is split over the multiprocessors when adding up costs little", () => {
  // 64 × 64 outputs of 12,800 inputs: 1048.6 us on one; ten parts of 1,280 take 104.86 us, and 8·10·64·64 bytes of sums 0.33 us, and 1 us
  const fit = new LinearFit({ ...plain, split: 1e-6 }, machine);
  expect(secondsOf(fit, linear(64, 12_800, 64))).toBeCloseTo(104.8576e-6 + 0.32768e-6 + 1e-6, 9);
});

test("what a split adds up comes after the bytes", () => {
  // the same at 50 GB/s: 3,284,992 bytes take 65.7 us beside 104.86, and the sums 6.55 us, of a serial product after both
  const slow = { ...machine, bytesPerSecond: 0.05e12 };
  const shape = linear(64, 12_800, 64);
  const bytes = 64 * 12_800 * 4 + 64 * 64 * 2;
  const fit = new LinearFit({ ...plain, split: 1e-6, serial: 1 }, slow);
  expect(secondsOf(fit, shape)).toBeCloseTo(104.8576e-6 + bytes / 0.05e12 + (8 * 10 * 64 * 64) / 0.05e12 + 1e-6, 9);
});

test("a library's tile for so many rows is never split, and is not the fastest", () => {
  const fit = new LinearFit({ ...plain, split: 0, waves: "whole", tiles: "by-rows" }, machine);
  const perOutput = (2 * 12_800) / 0.1e12;
  expect(secondsOf(fit, linear(64, 12_800, 640))).toBeCloseTo(64 * 64 * perOutput, 9); // ten tiles
  expect(secondsOf(fit, linear(65, 12_800, 640))).toBeCloseTo(64 * 128 * perOutput, 9); // 2 · 5
  expect(secondsOf(fit, linear(129, 12_800, 640))).toBeCloseTo(128 * 128 * perOutput, 9); // 2 · 5
});

test("quantising activations reads two bytes and writes one", () => {
  const shape = { ...linear(1000, 1000, 64), precision: "fp8" as const };
  const more = secondsOf(new LinearFit({ ...plain, quantise: 0.5 }, machine), shape) - secondsOf(new LinearFit(plain, machine), shape);
  expect(more).toBeCloseTo(6e-6, 12); // 3·10^6 bytes at 0.5 TB/s
  const byRow = new LinearFit({ ...plain, quantise: 0.5, quantiseRow: 4e-9 }, machine);
  expect(secondsOf(byRow, shape) - secondsOf(new LinearFit(plain, machine), shape)).toBeCloseTo(10e-6, 12); // and a thousand rows
});

type Plain = typeof plain & { readonly step: number; readonly waves: "shared" | "whole" };

/** The fastest of all tiles and all splits, each worked out. */
function slowest(fit: Plain, { rows: m, inFeatures: k, outFeatures: n }: LinearShape, bytes: number): number {
  const perTile = machine.flopsPerSecond / machine.multiprocessors;
  const moved = bytes / (machine.bytesPerSecond * fit.bandwidthEfficiency);
  const times: number[] = [];
  for (const a of [16, 64, 128, 256]) {
    for (const b of [64, 128, 256]) {
      if (a === 256 && b === 256) continue;
      for (let s = 1; s <= 16; s++) {
        if (s > 1 && k / s < 128) continue;
        const filled = (Math.ceil(m / a) * Math.ceil(n / b) * s) / machine.multiprocessors;
        const waves = fit.waves === "whole" ? Math.ceil(filled) : Math.max(1, filled);
        const compute = (2 * Math.max(a, 64) * b) / (perTile * fit.computeEfficiency);
        const load = (Math.min(a, m) * 2 + b * 2) / ((machine.bytesPerSecond * fit.cache) / machine.multiprocessors);
        const sums = s === 1 ? 0 : fit.split + (8 * s * m * n) / (machine.bytesPerSecond * fit.bandwidthEfficiency);
        const worked = waves * Math.ceil(k / s) * (Math.max(compute, load) + fit.step) + (waves - 1) * fit.tile;
        times.push(serialSum(worked, moved, fit.serial) + sums);
      }
    }
  }
  return Math.min(...times);
}

const coefficients = fc.record({
  computeEfficiency: fc.double({ min: 0.2, max: 1, noNaN: true }),
  bandwidthEfficiency: fc.double({ min: 0.2, max: 1, noNaN: true }),
  launch: fc.constant(0),
  serial: fc.double({ min: 0, max: 1, noNaN: true }),
  cache: fc.double({ min: 1, max: 10, noNaN: true }),
  tile: fc.double({ min: 0, max: 5e-6, noNaN: true }),
  step: fc.double({ min: 0, max: 1e-8, noNaN: true }),
  split: fc.double({ min: 0, max: 5e-5, noNaN: true }),
  waves: fc.constantFrom("shared" as const, "whole" as const),
});
const size = fc.integer({ min: 1, max: 9000 });

test("tiles that cannot be the fastest are passed over, and nothing else is", () => {
  fc.assert(
    fc.property(coefficients, size, size, size, (fit, m, k, n) => {
      const shape = linear(m, k, n);
      const expected = slowest(fit, shape, kernelBytes(shape));
      expect(secondsOf(new LinearFit(fit, machine), shape) / expected).toBeCloseTo(1, 9);
    }),
  );
});

test("twice the rows are never faster, nor more outputs, whatever the tiles", () => {
  const tiles = fc.constantFrom("fastest" as const, "by-rows" as const);
  fc.assert(
    fc.property(coefficients, tiles, size, size, size, fc.nat(3000), (fit, of, m, k, n, more) => {
      const kernel = new LinearFit({ ...fit, tiles: of }, machine);
      const seconds = secondsOf(kernel, linear(m, k, n)) * (1 - 1e-12);
      expect(secondsOf(kernel, linear(2 * m, k, n))).toBeGreaterThanOrEqual(seconds);
      expect(secondsOf(kernel, linear(m, k, n + more))).toBeGreaterThanOrEqual(seconds);
    }),
  );
});
