import { DecodeFit, ExpertsFit, LinearFit, type Machine, type Peaks, PrefillFit } from "@tokenyard/cluster";
import { type AttentionShape, type ExpertsShape, type KernelShape, kernelBytes, kernelFlops, type LinearShape } from "@tokenyard/model";
import type { Fit, FitOf, Precision } from "@tokenyard/scenario";
import { type Coefficient, type Coefficients, startOf, valuesAt } from "./coefficient.ts";
import { familyOf, OPTIONAL, VARIANTS } from "./families.ts";
import { type KernelSample, shapesOf } from "./kernel-samples.ts";
import { leastSquares, lossOf } from "./least-squares.ts";

const KNEE = 0.12; // of ln(predicted / measured): rows farther off pull less and less
const MOST_ROWS = 2_500;
/** Number of loads drawn from a power law that a search uses: more change the fits by less than the rows that are left out. */
const DRAWS = 4;
const WORTH = 0.05; // of the loss, that a coefficient must take off

/** The coefficients of a family that bring `samples` nearest, beside those that are `known`; they are all of one kind, GPU, library and precision, and part. */
export function fittedTo(samples: readonly KernelSample[], peaks: Peaks, multiprocessors: number, known: Coefficients = {}): Coefficients {
  const variants = VARIANTS[samples[0]!.kind] ?? [{}];
  return variants
    .map((fixed) => chosen(samples, peaks, multiprocessors, { ...known, ...fixed }))
    .reduce((best, next) => (next.loss < best.loss ? next : best)).coefficients;
}

interface Found {
  readonly names: readonly Coefficient[];
  readonly at: readonly number[];
  readonly loss: number;
}

/** With those optional coefficients that are worth it, the best first. */
function chosen(samples: readonly KernelSample[], peaks: Peaks, multiprocessors: number, fixed: Coefficients) {
  const [{ kind, precision }] = samples as [KernelSample];
  const search = searchOf(samples, peaks, multiprocessors, fixed);
  const names = familyOf(samples[0]!).filter(({ name }) => !(name in fixed) && (!name.startsWith("quantise") || isQuantised(precision)));
  let found = search(names, startsOf(names));
  let left = [...(OPTIONAL[kind] ?? [])];
  while (left.length > 0) {
    const more = left.map((optional) => {
      const begin = startOf([optional])[0]!;
      return search(
        [...found.names, optional],
        [0, -2].map((by) => [...found.at, begin + by]),
      );
    });
    const best = more.reduce((a, b) => (b.loss < a.loss ? b : a));
    if (best.loss > found.loss * (1 - WORTH)) break;
    found = best;
    left = left.filter(({ name }) => name !== best.names.at(-1)!.name);
  }
  return { coefficients: { ...valuesAt(found.names, found.at), ...fixed }, loss: found.loss };
}

/** A search for the lowest loss of `samples`, from each of several starts. */
function searchOf(samples: readonly KernelSample[], peaks: Peaks, multiprocessors: number, fixed: Coefficients) {
  const { kind } = samples[0]!;
  const step = Math.max(1, Math.floor(samples.length / MOST_ROWS));
  const rows = samples.filter((_, i) => i % step === 0);
  const shapes = rows.map((row) => shapesOf(row).slice(0, DRAWS));
  const measured = rows.map(({ seconds }) => Math.log(seconds));
  return (names: readonly Coefficient[], starts: readonly (readonly number[])[]): Found => {
    const residuals = (x: readonly number[], out: Float64Array) => {
      const predict = predictor(kind, { ...fixed, ...valuesAt(names, x) }, peaks, multiprocessors);
      for (let i = 0; i < rows.length; i++) out[i] = Math.log(meanOf(shapes[i]!, predict)) - measured[i]!;
    };
    const found = starts.map((start) => {
      const at = leastSquares(residuals, start, rows.length, KNEE);
      const out = new Float64Array(rows.length);
      residuals(at, out);
      return { names, at, loss: lossOf(out, KNEE) };
    });
    return found.reduce((best, next) => (next.loss < best.loss ? next : best));
  };
}

/** Starts of the search, as the loss has several minima: small and large fixed costs of items, bytes hidden or not. */
function startsOf(names: readonly Coefficient[]): number[][] {
  const start = startOf(names);
  const moved = (by: Readonly<Record<string, number>>) => start.map((x, i) => x + (by[names[i]!.name] ?? 0));
  return [start, moved({ serial: 2, item: -2, ramp: -2 }), moved({ serial: -2, item: 1, ramp: 1, bandwidthEfficiency: -0.7 })];
}

/** The mean of `seconds` over the shapes. */
export function meanOf(shapes: readonly KernelShape[], seconds: (shape: KernelShape) => number): number {
  let sum = 0;
  for (const shape of shapes) sum += seconds(shape);
  return sum / shapes.length;
}

/** Seconds of a kernel by coefficients, as `fitted` kernels would have it. */
export function predictor(kind: Fit["kind"], coefficients: Coefficients, peaks: Peaks, multiprocessors: number) {
  const bytesPerSecond = peaks.memoryBytesPerSecond;
  const made = new Map<Precision, (shape: KernelShape) => number>();
  const modelFor = (flopsPerSecond: number) => model(kind, coefficients, { flopsPerSecond, bytesPerSecond, multiprocessors });
  return (shape: KernelShape) => {
    const product = productOf(shape);
    const flopsPerSecond = peaks.flopsPerSecond(product);
    let seconds = made.get(product);
    if (seconds === undefined) {
      seconds = modelFor(flopsPerSecond);
      made.set(product, seconds);
    }
    return Math.max(seconds(shape), kernelFlops(shape) / flopsPerSecond, kernelBytes(shape) / bytesPerSecond);
  };
}

function model(kind: Fit["kind"], coefficients: Coefficients, machine: Machine): (shape: KernelShape) => number {
  switch (kind) {
    case "linear": {
      const fit = new LinearFit(coefficients as unknown as FitOf<"linear">, machine);
      return (shape) => fit.launchSeconds + fit.seconds(shape as LinearShape, kernelBytes(shape));
    }
    case "experts": {
      const fit = new ExpertsFit(coefficients as unknown as FitOf<"experts">, machine);
      return (shape) => {
        const { up, down, groupRows } = shape as ExpertsShape;
        return fit.seconds(up, down, groupRows, fit.launchSeconds);
      };
    }
    case "prefill":
    case "latent-prefill": {
      const fit = new PrefillFit(coefficients as unknown as FitOf<"prefill">, machine);
      return (shape) => fit.launchSeconds + fit.seconds(shape as AttentionShape, kernelBytes(shape));
    }
    case "decode":
    case "latent-decode": {
      const fit = new DecodeFit(coefficients as unknown as FitOf<"decode">, machine);
      return (shape) => fit.launchSeconds + fit.seconds(shape as AttentionShape, kernelBytes(shape));
    }
  }
}

function productOf(shape: KernelShape): Precision {
  if (shape.kind === "elementwise") return "fp32";
  return shape.kind === "experts" ? shape.up.precision : shape.precision;
}

function isQuantised(precision: Precision): boolean {
  return precision !== "bf16" && precision !== "fp16";
}
