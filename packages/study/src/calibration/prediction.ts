import { exp, ln } from "@tokenyard/random";
import { type BesideMeasured, type CalibrationRun, type Measured, offsetsAt, type Trust } from "@tokenyard/report";

/** Latencies that a prediction is judged by; E2E follows from them. */
export const JUDGED = ["ttftSeconds", "tpotSeconds"] as const satisfies readonly Measured[];
export type Judged = (typeof JUDGED)[number];

/** How far a latency of a run was predicted off, as logarithms of measured over predicted. */
export interface Miss {
  readonly measured: Judged;
  /** Miss by the simulator alone. */
  readonly before: number;
  /** Miss by the simulator with other runs. */
  readonly after: number;
}

/** Each latency of `unseen` as `runs`, which it is none of, predict it; without runs, as the simulator does. */
export function missesOf({ run, ...prior }: BesideMeasured, runs: readonly CalibrationRun[], trust: Trust): Miss[] {
  const offsets = offsetsAt(run.place, runs, prior, trust);
  return JUDGED.flatMap((measured) => {
    const ratio = run.ratios[measured];
    if (ratio === undefined) return [];
    const before = ln(ratio);
    return [{ measured, before, after: before - prior.medians[measured] - offsets[measured].mean }];
  });
}

/** Errors |predicted / measured − 1|. */
export interface Errors {
  readonly median: number;
  readonly p90: number;
}

/** Errors of logarithms of measured over predicted. */
export function errorsOf(logs: readonly number[]): Errors {
  const sizes = logs.map((log) => Math.abs(exp(-log) - 1)).sort((a, b) => a - b);
  const at = (share: number) => {
    const place = (sizes.length - 1) * share;
    const low = sizes[Math.floor(place)]!;
    return low + (sizes[Math.ceil(place)]! - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), p90: at(0.9) };
}

/** The mean size of `logs`. */
export function lossOf(logs: readonly number[]): number {
  return logs.reduce((sum, each) => sum + Math.abs(each), 0) / Math.max(1, logs.length);
}
