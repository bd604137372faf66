import { isComparable, isOfCurve } from "@tokenyard/report";
import { deviationOfPreset, PRESET_HOST, type SensitiveRun } from "./host.ts";
import { hostFit } from "./host-fit.ts";
import { inverseOf } from "./inverse.ts";
import { type Errors, errorsOf, JUDGED, type Judged, lossOf } from "./prediction.ts";
import { atMost, type Belief, deviationsOf, varianceOf } from "./variance.ts";

/** Runs that a prediction does not see: the run itself, or all of its curve. */
export type Unseen = "run" | "curve";

/** How runs are predicted by others, before and after. */
export interface Validated {
  readonly unseen: Unseen;
  readonly latencies: readonly {
    readonly measured: Judged;
    readonly runs: number;
    readonly before: Errors;
    readonly after: Errors;
    /** Whether the runs predict better than the simulator alone. */
    readonly isBetter: boolean;
  }[];
}

/** Better by less than this share is as good. */
const LEAST_GAIN = 0.02;
const MOST_RUNS = 300;

/** Runs that have others of their curve, or of other curves, as these predict them: each run, or each curve, is left out in turn. */
export function validated(all: readonly SensitiveRun[], unseen: Unseen, belief: Belief): Validated {
  const runs = atMost(all, MOST_RUNS);
  const factors = belief.host ? hostFit(runs, belief) : PRESET_HOST;
  const inverse = inverseOf(varianceOf(runs, belief, factors));
  const deviations = deviationsOf(runs, belief.from, factors);
  const weighted = inverse.map((row) => row.reduce((sum, each, at) => sum + each * deviations[at]!, 0));
  const near = runs.map((own) => runs.flatMap((each, at) => (isOfCurve(each.run.place, own.run.place) ? [at] : [])));
  const latencies = JUDGED.flatMap((measured, block) => {
    const misses = runs.flatMap((own, at) => {
      const ratio = own.run.ratios[measured];
      const out = unseen === "run" ? [at] : near[at]!;
      const hasOthers =
        unseen === "run"
          ? near[at]!.length > 1
          : runs.some((each, other) => !out.includes(other) && isComparable(each.run.place, own.run.place));
      if (ratio === undefined || !hasOthers) return [];
      return [
        { before: deviationOfPreset(own, measured), after: leftOutAt(inverse, weighted, out, block * runs.length + at, runs.length) },
      ];
    });
    if (misses.length === 0) return [];
    const [before, after] = [misses.map((miss) => miss.before), misses.map((miss) => miss.after)];
    const isBetter = lossOf(after) < (1 - LEAST_GAIN) * lossOf(before);
    return [{ measured, runs: misses.length, before: errorsOf(before), after: errorsOf(after), isBetter }];
  });
  return { unseen, latencies };
}

/**
 * Prediction error of row `at` by all but the runs of `out`; first latencies are in the first `count` rows and second ones in the others.
 */
function leftOutAt(
  inverse: readonly (readonly number[])[],
  weighted: readonly number[],
  out: readonly number[],
  at: number,
  count: number,
): number {
  const rows = [...out, ...out.map((each) => each + count)];
  const block = inverseOf(rows.map((i) => rows.map((j) => inverse[i]![j]!)));
  return block[rows.indexOf(at)]!.reduce((sum, each, i) => sum + each * weighted[rows[i]!]!, 0);
}
