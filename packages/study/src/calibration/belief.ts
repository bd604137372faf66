import { deviationOfPreset, type HostFactors, PRESET_HOST, type SensitiveRun } from "./host.ts";
import { hostFit } from "./host-fit.ts";
import { inverseOf, logDeterminantOf } from "./inverse.ts";
import { JUDGED } from "./prediction.ts";
import { atMost, type Belief, deviationsOf, varianceOf } from "./variance.ts";

/** Shares of a number that are tried, from most belief in the runs to none. */
const NOISES = [0.03, 0.06, 0.12, 0.25] as const;
const NONE = 10;
/** Noise of runs, and the share of the simulator's usual error, where the host's time explains nearly all, as of a mock. */
const SMALL_NOISES = [0.003, 0.01, 0.03] as const;
const SMALL_ERRORS = [0.03, 0.1] as const;
/** Smaller gains may be chance. */
const LEAST_GAIN = 0.15;
/** A simulator counts as nearly exact where the runs are this many times as probable so, as a logarithm. */
const LEAST_EVIDENCE = 5;
/** Most runs to leave out in turn; of more runs, evenly spread ones are chosen. */
const MOST_RUNS = 60;

/** Belief without calibration: the simulator alone. */
export const DISBELIEF: Belief = { noise: NONE, carry: false, from: "preset", host: false, model: 1 };
/** Belief for too few runs to be left out in turn, from measured curves. */
export const USUAL: Belief = { noise: 0.03, carry: true, from: "measured", host: false, model: 1 };

/** The belief by which runs predict best those that were left out, one after another; that in the preset alone, where no other is better by a seventh. */
export function beliefIn(all: readonly SensitiveRun[]): Belief {
  const whole = all.filter(({ run }) => JUDGED.every((each) => run.ratios[each] !== undefined));
  const runs = atMost(whole, MOST_RUNS);
  if (runs.length < 3) return USUAL;
  // where host times change nothing, as of several servers, they are left as they are
  const usual = [false, true].flatMap((host) =>
    (["preset", "measured"] as const).flatMap((from) =>
      [...NOISES, NONE].flatMap((noise) => [true, false].map((carry): Belief => ({ noise, carry, from, host, model: 1 }))),
    ),
  );
  const exact = SMALL_NOISES.flatMap((noise) =>
    SMALL_ERRORS.map((model): Belief => ({ ...USUAL, noise, from: "preset", host: true, model })),
  );
  const best = bestOf(usual, runs);
  const nearest = mostProbable(exact, runs);
  const ofPreset = sizeOf(JUDGED.flatMap((measured) => runs.map((run) => deviationOfPreset(run, measured))));
  const isBetter = (loss: number) => loss < (1 - LEAST_GAIN) * ofPreset;
  const isExact = nearest.evidence > evidenceOf(best.belief, runs) + LEAST_EVIDENCE;
  if (isExact && isBetter(bestOf([nearest.belief], runs).loss)) return nearest.belief;
  return isBetter(best.loss) ? best.belief : DISBELIEF;
}

/** The belief whose predictions of runs that were left out are off least. */
function bestOf(candidates: readonly Belief[], runs: readonly SensitiveRun[]): { readonly belief: Belief; readonly loss: number } {
  const losses = candidates.map((belief) => {
    const factors = belief.host ? hostFit(runs, belief) : PRESET_HOST;
    return { belief, loss: sizeOf(leftOut(runs, belief, factors)) };
  });
  return losses.reduce((least, each) => (each.loss < least.loss ? each : least));
}

/** The belief by which the runs are most probable. */
function mostProbable(
  candidates: readonly Belief[],
  runs: readonly SensitiveRun[],
): { readonly belief: Belief; readonly evidence: number } {
  const all = candidates.map((belief) => ({ belief, evidence: evidenceOf(belief, runs) }));
  return all.reduce((most, each) => (each.evidence > most.evidence ? each : most));
}

/** The logarithm of the probability density of the runs' deviations by `belief`, without the constant part. */
function evidenceOf(belief: Belief, runs: readonly SensitiveRun[]): number {
  const factors = belief.host ? hostFit(runs, belief) : PRESET_HOST;
  const variance = varianceOf(runs, belief, factors);
  const deviations = deviationsOf(runs, belief.from, factors);
  const weighted = inverseOf(variance).map((row) => row.reduce((sum, each, at) => sum + each * deviations[at]!, 0));
  return -(deviations.reduce((sum, each, at) => sum + each * weighted[at]!, 0) + logDeterminantOf(variance)) / 2;
}

/** Prediction errors of each run by all others, for both latencies at once. */
function leftOut(runs: readonly SensitiveRun[], belief: Belief, factors: HostFactors): number[] {
  const inverse = inverseOf(varianceOf(runs, belief, factors));
  const deviations = deviationsOf(runs, belief.from, factors);
  const weighted = inverse.map((row) => row.reduce((sum, each, at) => sum + each * deviations[at]!, 0));
  const n = runs.length;
  return runs.flatMap((_, i) => {
    const [a, b, d] = [inverse[i]![i]!, inverse[i]![i + n]!, inverse[i + n]![i + n]!];
    const [x, y] = [weighted[i]!, weighted[i + n]!];
    const determinant = a * d - b * b;
    return [(d * x - b * y) / determinant, (a * y - b * x) / determinant];
  });
}

function sizeOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + Math.abs(each), 0);
}
