import { type Machine, type MixerFit, type SparseFit, scanShapeSeconds, sparseSeconds } from "@tokenyard/cluster";
import { type AttentionShape, kernelBytes, kernelFlops, type LinearShape, type ScanShape } from "@tokenyard/model";
import type { Coefficient, Coefficients } from "../kernels/coefficient.ts";
import { nearestFit } from "../kernels/nearest-fit.ts";
import type { MixerSample } from "./mixer-sample.ts";

const KNEE = 0.12; // of ln(predicted / measured)
const HOST_SERIAL = 0.02;

const EFFICIENCY: Coefficient = { name: "bandwidthEfficiency", scale: "positive", start: 0.8, most: 0.97 };
const SERIAL: Coefficient = { name: "serial", scale: "share", start: 0.1 };
const CACHED: readonly Coefficient[] = [
  EFFICIENCY,
  { name: "cache", scale: "positive", start: 1.2, most: 10 },
  { name: "kept", scale: "positive", start: 40e6, most: 1e12 },
];
const seconds = (name: string, start: number): Coefficient => ({ name, scale: "positive", start });

const SPARSE: readonly Coefficient[] = [
  seconds("launch", 30e-6),
  seconds("row", 0.1e-6),
  seconds("sequence", 0.01e-6),
  SERIAL,
  { name: "computeEfficiency", scale: "positive", start: 0.4, most: 4 },
  EFFICIENCY,
  seconds("scoresLaunch", 8e-6),
  { name: "scoresEfficiency", scale: "positive", start: 0.4, most: 4 },
  { name: "scoresBandwidth", scale: "positive", start: 0.6, most: 0.97 },
  seconds("select", 5e-6),
  seconds("selectEntry", 0.5e-9),
];

/** What is searched for in each family. */
const COEFFICIENTS: Readonly<Record<MixerFit["kind"], readonly Coefficient[]>> = {
  "convolution-prompt": [seconds("launch", 2.5e-6), seconds("walk", 0.15e-6), seconds("item", 1e-9), SERIAL, ...CACHED],
  "convolution-decode": [seconds("launch", 2.5e-6), seconds("walk", 0.15e-6), seconds("item", 1e-9), SERIAL, ...CACHED],
  "scan-decode": [seconds("launch", 4e-6), ...CACHED],
  "scan-prompt": [
    seconds("launch", 12e-6),
    seconds("walk", 0.3e-6),
    seconds("step", 2.7e-6),
    seconds("item", 1.6e-6),
    seconds("token", 0.02e-6),
    SERIAL,
    EFFICIENCY,
  ],
  "sparse-prompt": [...SPARSE, seconds("host", 150e-6)],
  "sparse-decode": SPARSE,
};

/** What is no number, and tried out. */
const VARIANTS: Readonly<Record<MixerFit["kind"], readonly Coefficients[]>> = {
  "convolution-prompt": [{}],
  "convolution-decode": [{}],
  "scan-decode": [{}],
  "scan-prompt": [{ waves: "whole" }, { waves: "shared" }],
  "sparse-prompt": [{ scores: "chained" }, { scores: "dealt" }],
  "sparse-decode": [{ scores: "dealt", host: 0 }],
};

/** By how much starts differ: fixed costs large or small, bytes hidden or not. */
const WAYS: readonly Readonly<Record<string, number>>[] = [
  {},
  { launch: 0.5, item: -3, token: -3, scoresEfficiency: -2, select: 1, selectEntry: 2, host: 2, cache: -0.7 },
  {
    launch: -1.5,
    item: 2,
    step: -2,
    token: 2,
    bandwidthEfficiency: -1,
    scoresEfficiency: -1,
    select: 2,
    selectEntry: -2,
    serial: -2,
    kept: -1,
  },
];

/** The coefficients that bring `seen` nearest, which are of one kind, GPU, library and formats. */
export function mixerCoefficients(seen: readonly MixerSample[], machine: Machine, products: Products): Coefficients {
  const { kind } = seen[0]!;
  const found = VARIANTS[kind].map((fixed) => {
    const predictorOf = (values: Coefficients) => mixerPredictor(kind, { ...values, ...fixed }, machine, products);
    const values = { ...nearestFit(COEFFICIENTS[kind], seen, predictorOf, WAYS, KNEE), ...fixed };
    return { values, loss: lossOf(seen, predictorOf(values)) };
  });
  return found.reduce((best, next) => (next.loss < best.loss ? next : best)).values;
}

/** Seconds of the products of a block, as fitted kernels have them. */
export type Products = (sample: MixerSample) => number;

/** What coefficients foretell of a sample. */
export function mixerPredictor(kind: MixerFit["kind"], coefficients: Coefficients, machine: Machine, products: Products) {
  const fit = { kind, ...coefficients } as unknown as MixerFit;
  return (sample: MixerSample): number => {
    let sum = sample.products === undefined ? 0 : products(sample);
    for (const shape of sample.shapes) {
      const bytes = kernelBytes(shape);
      const least = Math.max(kernelFlops(shape) / (machine.flopsPerSecond * FASTEST), bytes / machine.bytesPerSecond);
      sum += Math.max(least, secondsOf(fit, shape, bytes, machine));
    }
    if (fit.kind !== "sparse-prompt") return sum;
    return serial(fit.host, sum);
  };
}

const FASTEST = 2; // factor on the peak in 16 bits, as some of a block's kernels run in fp8

function secondsOf(fit: MixerFit, shape: ScanShape | AttentionShape, bytes: number, machine: Machine): number {
  if (shape.kind !== "scan") return sparseSeconds(fit as SparseFit, shape, bytes, machine);
  const own = fit as Exclude<MixerFit, SparseFit>;
  return own.launch + scanShapeSeconds(own, shape, bytes, machine);
}

/** The host launches a block while the GPU computes: the longer of both, but for a little. */
function serial(a: number, b: number): number {
  return (a + b + Math.sqrt((a - b) ** 2 + 4 * HOST_SERIAL * a * b)) / 2;
}

function lossOf(samples: readonly MixerSample[], predict: (sample: MixerSample) => number): number {
  let sum = 0;
  for (const sample of samples) sum += Math.log1p((Math.log(predict(sample) / sample.seconds) / KNEE) ** 2);
  return sum / samples.length;
}

/** Products of one sample, one after another. */
export function productsBy(secondsOfProduct: (gpu: string, library: string, shape: LinearShape) => number): Products {
  const known = new WeakMap<MixerSample, number>();
  return (sample) => {
    let sum = known.get(sample);
    if (sum === undefined) {
      sum = (sample.products ?? []).reduce((total, shape) => total + secondsOfProduct(sample.gpu, sample.library, shape), 0);
      known.set(sample, sum);
    }
    return sum;
  };
}
