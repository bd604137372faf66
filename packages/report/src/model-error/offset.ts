import { exp, ln } from "@tokenyard/random";
import type { Place } from "./place.ts";

/** One measured run: its place, and its logarithm of measured over simulated less the median of runs like it. */
export interface Deviation {
  readonly place: Place;
  readonly deviation: number;
}

/** Offset at a place by measured runs. */
export interface Offset {
  readonly mean: number;
  /** Standard deviation that is left, over that without these runs. */
  readonly width: number;
}

/** How far runs are believed: as in a scenario's `calibration`. */
export interface Trust {
  /** Standard deviation of a measurement by itself, as a share of its number. */
  readonly noise: number;
  /** Whether runs of a curve say anything of other layouts and lengths. */
  readonly carry: boolean;
  /** Start of offsets: the simulated number, or the median of measured runs of its kind. */
  readonly from: "preset" | "measured";
}

/**
 * Shares of the variance that two runs of one engine, model, GPU and load have in common, by their other similarities: constant along a
 * curve, and falling with the difference in load. Source: docs/models/model-error.md#calibration, fitted by leaving out curves of `pnpm
 * accuracy:residuals`.
 */
const SHARES = {
  model: [0.1, 0.1],
  layout: [0.2, 0.2],
  lengths: [0, 0.1],
  curve: [0.1, 0.2],
} as const;
/** Ratio of loads, as a logarithm, over which the falling part is down to 1/e. */
const REACH = 1.4;
/** A curve of n runs moves by n times this at most, as a logarithm: one odd run is no curve. */
const MOST_OF_ONE = 0.5;
/** Sum of the ratios of prompts and of outputs, as logarithms, over which lengths are less alike by a factor e. */
const LENGTHS_REACH = 0.5;
/** Runs of one curve have lengths this much alike: they differ by a tenth at most. */
const ONE_CURVE = 0.8;

/** The offset at `place` by `runs`, whose deviations vary together as their places do: kriging. `noise` is the variance of a measurement by itself, as a share of that between runs. Runs of another engine, model, GPU or load say nothing. */
export function offsetAt(
  place: Place,
  runs: readonly Deviation[],
  { noise, carry }: { readonly noise: number; readonly carry: boolean },
): Offset {
  const near = bounded(runs.filter((run) => (carry ? isComparable(run.place, place) : isOfCurve(run.place, place))));
  if (near.length === 0) return { mean: 0, width: 1 };
  const between = near.map((a) => near.map((b) => covariance(a.place, b.place) + (a === b ? noise : 0)));
  const here = near.map((run) => covariance(run.place, place));
  const factor = cholesky(between);
  const [y, k] = [
    forward(
      factor,
      near.map(({ deviation }) => deviation),
    ),
    forward(factor, here),
  ];
  const mean = k.reduce((sum, each, at) => sum + each * y[at]!, 0);
  const explained = k.reduce((sum, each) => sum + each * each, 0);
  return { mean, width: Math.sqrt(Math.max(0, 1 + noise - explained) / (1 + noise)) };
}

/** Covariance of runs at the two places as a share of the variance between runs, without noise. */
export function covarianceOf(a: Place, b: Place, carry: boolean): number {
  return (carry ? isComparable(a, b) : isOfCurve(a, b)) ? covariance(a, b) : 0;
}

/** Whether runs at the two places are of one engine, model and GPU under one kind of load. */
export function isComparable(a: Place, b: Place): boolean {
  return a.engine === b.engine && a.model === b.model && a.gpu === b.gpu && a.load === b.load;
}

/** Whether runs at the two places differ in load alone. */
export function isOfCurve(a: Place, b: Place): boolean {
  return isComparable(a, b) && hasLayout(a, b) && lengthsAlike(a, b) >= ONE_CURVE;
}

function hasLayout(a: Place, b: Place): boolean {
  return a.layout === b.layout && a.version === b.version;
}

/** 1 where lengths are the same. */
function lengthsAlike(a: Place, b: Place): number {
  const apart = Math.abs(ln(a.promptTokens / b.promptTokens)) + Math.abs(ln(a.outputTokens / b.outputTokens));
  return exp(-apart / LENGTHS_REACH);
}

function covariance(a: Place, b: Place): number {
  const near = exp(-Math.abs(ln(a.users / b.users)) / REACH);
  const of = ([constant, falling]: readonly [number, number]) => constant + falling * near;
  const layout = hasLayout(a, b) ? 1 : 0;
  return of(SHARES.model) + layout * of(SHARES.layout) + lengthsAlike(a, b) * (of(SHARES.lengths) + layout * of(SHARES.curve));
}

function bounded(runs: readonly Deviation[]): Deviation[] {
  return runs.map((run) => {
    const most = MOST_OF_ONE * runs.filter(({ place }) => isOfCurve(place, run.place)).length;
    return { ...run, deviation: Math.min(most, Math.max(-most, run.deviation)) };
  });
}

/** The lower triangle L of `matrix` = L·Lᵀ. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const own: number[] = [];
    lower.push(own);
    for (let j = 0; j <= i; j++) {
      let sum = row[j]!;
      for (let k = 0; k < j; k++) sum -= own[k]! * lower[j]![k]!;
      own.push(i === j ? Math.sqrt(sum) : sum / lower[j]![j]!);
    }
  }
  return lower;
}

/** Solves L·x = `values`. */
function forward(lower: readonly (readonly number[])[], values: readonly number[]): number[] {
  const solved: number[] = [];
  for (const [i, row] of lower.entries()) {
    let sum = values[i]!;
    for (let k = 0; k < i; k++) sum -= row[k]! * solved[k]!;
    solved.push(sum / row[i]!);
  }
  return solved;
}
