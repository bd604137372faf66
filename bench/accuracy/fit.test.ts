import type { Peaks } from "@tokenyard/cluster";
import type { KernelShape } from "@tokenyard/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorsOf, quantile } from "./errors.ts";
import { halfOf } from "./half.ts";
import type { Message } from "./message.ts";
import { bufferMessages, copyMessages } from "./message.ts";
import { minimise } from "./minimise.ts";
import { evenCounts, expertSamples } from "./moe.ts";
import { type Coefficients, fittedTo, predictions } from "./roofline-fit.ts";
import type { Sample } from "./sample.ts";
import { fittedTier, messageSeconds } from "./tier-fit.ts";

const PEAKS: Peaks = { flopsPerSecond: () => 1e15, memoryBytesPerSecond: 4e12, nodeBytesPerSecond: 1, fabricBytesPerSecond: 1 };

/** Square matrices from 64 to 16384 with 1 to 4096 rows, so that launch, memory and compute each decide some of them. */
function samplesWith(coefficients: Coefficients): Sample[] {
  const shapes = [1, 16, 256, 4096].flatMap((rows) =>
    [64, 512, 2048, 4096, 8192, 16384].map(
      (size): KernelShape => ({
        kind: "linear",
        parts: 1,
        rows,
        inFeatures: size,
        outFeatures: size,
        weightBytes: 2,
        activationBytes: 2,
        precision: "bf16",
      }),
    ),
  );
  const unmeasured = shapes.map((shape): Sample => ({ gpu: "g", family: "f", half: "fitted", seconds: 0, kernels: [shape] }));
  return predictions(unmeasured, PEAKS, coefficients).map((seconds, i) => ({ ...(unmeasured[i] as Sample), seconds }));
}

describe("the fit of a roofline", () => {
  test("finds the coefficients that made the times", () => {
    const made = { computeEfficiency: 0.62, bandwidthEfficiency: 0.81, launchSeconds: 6e-6 };
    const found = fittedTo([samplesWith(made)], PEAKS);
    expect(found.computeEfficiency).toBeCloseTo(0.62, 2);
    expect(found.bandwidthEfficiency).toBeCloseTo(0.81, 2);
    expect(found.launchSeconds * 1e6).toBeCloseTo(6, 1);
  });

  test("adds the times of an op's kernels", () => {
    const [sample] = samplesWith({ computeEfficiency: 1, bandwidthEfficiency: 1, launchSeconds: 1e-6 }) as [Sample];
    const twice = { ...sample, kernels: [...sample.kernels, ...sample.kernels] };
    // 64 × 64 weights and one row of 64 in and out, 2 bytes each: (4096 + 128) · 2 / 4e12 s
    const once = 1e-6 + 8448 / 4e12;
    expect(predictions([sample, twice], PEAKS, { computeEfficiency: 1, bandwidthEfficiency: 1, launchSeconds: 1e-6 })).toEqual([
      once,
      2 * once,
    ]);
  });
});

describe("the fit of a tier", () => {
  test("finds the bandwidth and the latency that made the times", () => {
    const made = { bandwidth: 230e9, latency: 7e-6 };
    const messages = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8].map(
      (bytes): Message => ({ system: "s", family: "f", half: "fitted", bytes, seconds: messageSeconds(bytes, made) }),
    );
    const found = fittedTier([messages], 450e9);
    expect(found.bandwidth / 1e9).toBeCloseTo(230, 0);
    expect(found.latency * 1e6).toBeCloseTo(7, 1);
  });
});

describe("rows of measurements", () => {
  test("of even routing give the first experts of a rank the copies that do not divide", () => {
    expect([...evenCounts(11, 4, 4)]).toEqual([3, 3, 3, 2]);
    expect([...evenCounts(2, 8, 4)]).toEqual([1, 1, 0, 0]); // 2 copies, 8 experts, 4 of them here
  });

  test("of experts are two kernels on the rank's share of experts and of their hidden size", () => {
    const row = { gpu: "h100", variant: "fused", dist: "bal", dtype: "bf16", us: "10" };
    const sizes = { hidden: "4096", inter: "14336", topk: "2", experts: "8", tp: "2", ep: "4", tokens: "16" };
    const [sample] = expertSamples([{ ...row, ...sizes }], () => "vllm");
    const [up, down] = sample?.kernels ?? [];
    expect(up).toMatchObject({ experts: 2, inFeatures: 4096, outFeatures: 14336 }); // 2 · 14336 / 2
    expect(down).toMatchObject({ experts: 2, inFeatures: 7168, outFeatures: 4096 });
    expect(sample?.seconds).toBeCloseTo(1e-5, 12);
  });

  test("of collectives count what the busiest port moves", () => {
    const buffer = { gpu: "h100", impl: "nccl", gpus: "4", bytes: "1000", us: "1" };
    const moved = bufferMessages([
      { ...buffer, op: "all_reduce" },
      { ...buffer, op: "alltoall" },
    ]).map(({ bytes }) => bytes);
    expect(moved).toEqual([1500, 750]); // 2 · 3/4 · 1000, 3/4 · 1000
    const copies = { gpu: "h100", mode: "low_latency", ep: "16", nodes: "2", hidden: "128", tokens: "10", topk: "2", us: "1" };
    const [dispatch, combine] = copyMessages([
      { ...copies, phase: "dispatch" },
      { ...copies, phase: "combine" },
    ]);
    expect(dispatch?.bytes).toBe(1320); // 20 copies, half of them leave: 10 · (128 + 4)
    expect(combine?.bytes).toBe(2560); // 10 · 256
  });

  test("fall in two halves of about the same size, each by itself", () => {
    const rows = Array.from({ length: 2000 }, (_, i) => ({ src: "1", gpu: "h100", m: String(i) }));
    const fitted = rows.filter((row) => halfOf(row) === "fitted").length;
    expect(Math.abs(fitted - 1000)).toBeLessThan(134); // 6 · √500
    expect(halfOf(rows[0]!)).toBe(halfOf({ ...rows[0] }));
  });
});

describe("errors", () => {
  test("are those of the ratio, half of them up to the median", () => {
    expect(errorsOf([1, 3, 2, 1.1], [2, 2, 2, 1])).toEqual({
      rows: 4,
      median: expect.closeTo(0.1, 12), // of 0, 0.1, 0.5, 0.5
      p90: 0.5,
      medianRatio: 1, // of 0.5, 1, 1.1, 1.5
    });
  });

  test("have quantiles that are among them", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        expect(values.map((value) => value + 0)).toContain(quantile(values, q) + 0);
      }),
    );
  });
});

test("a minimum is found past a ridge", () => {
  const valley = ([x = 0, y = 0]: readonly number[]) => Math.min(1 + Math.hypot(x + 2, y + 2), Math.hypot(x - 2, y - 1));
  const axis = { from: -4, to: 4, steps: 8 };
  const [x, y] = minimise(valley, [axis, axis]);
  expect(x).toBeCloseTo(2, 3);
  expect(y).toBeCloseTo(1, 3);
});
