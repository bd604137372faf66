import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { createKernelModel } from "../../policies.ts";
import { kernelModelContract } from "../kernel-model.contract.ts";
import { PowerLaws } from "./power-law.ts";

const { cluster } = parseScenario({
  tokenyard: 1,
  model: "plan-model",
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
});
const fitted = createKernelModel({ ...cluster, kernels: { kind: "fitted", launchShare: 1 } });
const F16 = { weightBytes: 2, activationBytes: 2, precision: "fp16" } as const;

type Row = (string | number)[];
const tableOf = (rows: Row[]) => ({ path: "kernels.csv", sha256: "0", rows });
const clusterWith = (rows: Row[], launchShare = 1) => ({
  ...cluster,
  kernels: { kind: "table" as const, files: [tableOf(rows)], launchShare },
});
const linear = (rows: number, inFeatures: number, outFeatures: number) => ({
  kind: "linear" as const,
  parts: 1,
  rows,
  inFeatures,
  outFeatures,
  ...F16,
});
const attention = {
  latent: false,
  heads: 8,
  kvHeads: 2,
  keySize: 64,
  valueSize: 64,
  cachedSize: 128,
  kvBytes: 2,
  activationBytes: 2,
  precision: "fp16",
} as const;

/** Cells of every kernel, each 1.25 times as long as fitted. */
const SLOWER: Row[] = [
  ...[1, 64, 1024].flatMap((rows): Row[] => [["linear", "fp16", "fp16", 512, 512, rows, 1.25e6 * fitted.seconds(linear(rows, 512, 512))]]),
];

kernelModelContract("table", clusterWith(SLOWER));

/** A matrix of each of 16 experts. */
const matrix = (rowsPerExpert: ArrayLike<number>, inFeatures: number, outFeatures: number) => ({
  kind: "grouped-linear" as const,
  rowsPerExpert,
  first: 0,
  experts: 16,
  inFeatures,
  outFeatures,
  ...F16,
});

test("gives what was measured as it was measured, to rounding, whether it beats the peaks or not", () => {
  const rows: Row[] = [
    ["linear", "fp16", "fp16", 4096, 8192, 1, 3],
    ["linear", "fp16", "fp16", 4096, 8192, 256, 0.5], // no GPU is so fast
    ["experts", "fp16", "fp16", 2048, 768, 16, 4, 10, 80, 41],
    ["experts", "fp16", "fp16", 2048, 768, 16, 16, 1000, 8000, 99],
    ["prefill", "fp16", "fp16", 8, 2, 64, 64, 3, 300, 900, 77],
    ["decode", "fp16", "fp16", 8, 2, 64, 64, 7, 7000, 23],
  ];
  const model = createKernelModel(clusterWith(rows));
  const us = (shape: Parameters<typeof model.seconds>[0]) => model.seconds(shape) * 1e6;
  expect(us(linear(1, 4096, 8192))).toBeCloseTo(3, 12);
  expect(us(linear(256, 4096, 8192))).toBeCloseTo(0.5, 12);
  const experts = (counts: number[], groupRows: number) => ({
    kind: "experts" as const,
    up: matrix(counts, 2048, 1536),
    down: matrix(counts, 768, 2048),
    groupRows,
  });
  const few = [3, 3, 2, 2, ...new Array<number>(12).fill(0)];
  const many = Array.from({ length: 16 }, (_, e) => (e < 8 ? 63 : 62));
  expect(us(experts(few, 80))).toBeCloseTo(41, 11);
  expect(us(experts(many, 8000))).toBeCloseTo(99, 11);
  const prompts = { ...attention, kind: "attention-prefill" as const, sequences: 3, newTokens: 300, contextTokens: 900 };
  expect(us({ ...prompts, pairs: 3 * (100 * 200 + (100 * 101) / 2) })).toBeCloseTo(77, 11);
  const steps = { ...attention, kind: "attention-decode" as const, sequences: 7, newTokens: 7, contextTokens: 7000, pairs: 7000 };
  expect(us(steps)).toBeCloseTo(23, 11);
});

test("gives experts whose loads were drawn, in the mean of the draws, what was measured, and even loads another time", () => {
  const law = { tokens: 256, topK: 4, experts: 16, ranks: 4, exponent: 1.2 };
  const model = createKernelModel(
    clusterWith([
      ["drawn-experts", "fp16", "fp16", 2048, 768, 16, 4, 4, 256, 1.2, 140],
      ["experts", "fp16", "fp16", 2048, 768, 16, 16, 256, 1024, 60],
    ]),
  );
  const us = (counts: Float64Array) =>
    1e6 * model.seconds({ kind: "experts", up: matrix(counts, 2048, 1536), down: matrix(counts, 768, 2048), groupRows: 1024 });
  const drawn = new PowerLaws().loadsOf(law).map(us);
  const mean = drawn.reduce((sum, time) => sum + time, 0) / drawn.length;
  expect(us(new Float64Array(16).fill(16))).toBeCloseTo(60, 11);
  expect(Math.abs(mean - 140) / 140).toBeLessThan(0.1); // loads of single draws lie about the mean load, and some of them near even ones
  const alone = createKernelModel(clusterWith([["drawn-experts", "fp16", "fp16", 2048, 768, 16, 4, 4, 256, 1.2, 140]]));
  const byItself = new PowerLaws()
    .loadsOf(law)
    .map(
      (counts) =>
        1e6 * alone.seconds({ kind: "experts", up: matrix(counts, 2048, 1536), down: matrix(counts, 768, 2048), groupRows: 1024 }),
    );
  expect(byItself.reduce((sum, time) => sum + time, 0) / byItself.length).toBeCloseTo(140, 10);
});

test("between two measured loads takes the geometric mean of the ratios at the load's logarithm, and beyond them keeps the ratio", () => {
  const [few, many] = [fitted.seconds(linear(128, 1024, 1024)), fitted.seconds(linear(2048, 1024, 1024))];
  const model = createKernelModel(
    clusterWith([
      ["linear", "fp16", "fp16", 1024, 1024, 128, 2e6 * few],
      ["linear", "fp16", "fp16", 1024, 1024, 2048, 8e6 * many],
    ]),
  );
  const ratio = (rows: number) => model.seconds(linear(rows, 1024, 1024)) / fitted.seconds(linear(rows, 1024, 1024));
  expect(ratio(512)).toBeCloseTo(4, 12); // halfway from 128 to 2048, all of whole tiles: √(2 · 8)
  expect(ratio(1)).toBeCloseTo(2, 12);
  expect(ratio(100_000)).toBeCloseTo(8, 12);
});

test("takes sizes that were not measured as their neighbours, as much as ratios vary together, and other formats as the model has them", () => {
  const cell = (inFeatures: number, times: number): Row => [
    "linear",
    "fp16",
    "fp16",
    inFeatures,
    1024,
    16,
    times * 1e6 * fitted.seconds(linear(16, inFeatures, 1024)),
  ];
  const model = createKernelModel(clusterWith([cell(1024, 2), cell(4096, 8)]));
  const ratio = (inFeatures: number) => model.seconds(linear(16, inFeatures, 1024)) / fitted.seconds(linear(16, inFeatures, 1024));
  expect(ratio(2048)).toBeCloseTo(4, 12); // as far from both
  const varied = (apart: number) => 1 / (1 + apart / 0.65) + 1.5 / (1 + apart / 2.2) + 1.5 / (1 + apart / 4) + 10 / (1 + apart / 20);
  const farther = Math.sqrt(Math.log(3.2) ** 2 - Math.log(1.25) ** 2); // than the nearer of the two, which counts as if it were there
  const weight = 0.5 + (varied(0) - varied(farther)) / (2 * (varied(0) - varied(Math.log(4))));
  expect(ratio(1280)).toBeCloseTo(2 ** (weight + 3 * (1 - weight)), 12);
  const narrow = { ...linear(16, 1024, 1024), weightBytes: 1, precision: "fp8" as const };
  expect(model.seconds(narrow)).toBe(fitted.seconds(narrow));
});

test("goes straight from row to row where decoding was measured with one kind of heads alone", () => {
  const decode = (heads: number, context: number) => {
    const load = { sequences: 4, newTokens: 4, contextTokens: 4 * context, pairs: 4 * context };
    return { ...attention, kind: "attention-decode" as const, heads, ...load };
  };
  const cell = (heads: number, context: number, times: number): Row => [
    ...["decode", "fp16", "fp16", heads, 2, 64, 64, 4, 4 * context],
    1e6 * times * fitted.seconds(decode(heads, context)),
  ];
  const own = [cell(8, 128, 2), cell(8, 512, 8), cell(8, 2048, 2)];
  const ratio = (rows: Row[], context: number) =>
    createKernelModel(clusterWith(rows)).seconds(decode(8, context)) / fitted.seconds(decode(8, context));
  expect(ratio(own, 256)).toBeCloseTo(4, 12);
  const others = [128, 256, 512, 2048].map((context) => cell(16, context, context === 256 ? 8 : 2));
  expect(ratio([...own, ...others], 256)).toBeGreaterThan(4.1); // beside one whose ratio rises there
  for (const [context, times] of [
    [128, 2],
    [512, 8],
    [2048, 2],
  ] as const)
    expect(ratio([...own, ...others], context)).toBeCloseTo(times, 9);
});

test("counts of a kernel's fixed cost as much of the measured ones as the scenario says", () => {
  const alone = 2e6 * fitted.seconds(linear(16, 1024, 1024));
  const half = createKernelModel(clusterWith([["linear", "fp16", "fp16", 1024, 1024, 16, alone]], 0.5));
  const plain = createKernelModel({ ...cluster, kernels: { kind: "fitted", launchShare: 0.5 } });
  expect(half.seconds(linear(16, 1024, 1024))).toBeCloseTo(2 * plain.seconds(linear(16, 1024, 1024)), 15);
});
