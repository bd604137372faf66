import { type HostFactors, PRESET_HOST, type SensitiveRun } from "./host.ts";
import { hostFit } from "./host-fit.ts";
import { inverseOf } from "./inverse.ts";
import { JUDGED } from "./prediction.ts";
import { atMost, type Belief, deviationsOf, varianceOf } from "./variance.ts";

/** Shares of a number that are tried, from most belief in the runs to none. */
const NOISES = [0.03, 0.06, 0.12, 0.25] as const;
const NONE = 10;
/** Smaller gains may be chance. */
const LEAST_GAIN = 0.15;
/** Most runs to leave out in turn; of more runs, evenly spread ones are chosen. */
const MOST_RUNS = 60;

/** Nothing but the simulator. */
export const DISBELIEF: Belief = { noise: NONE, carry: false, from: "preset", host: false };
/** Belief for too few runs to be left out in turn, from measured curves. */
export const USUAL: Belief = { noise: NOISES[0], carry: true, from: "measured", host: false };

/** The belief by which runs predict best those that were left out, one after another; that in the preset alone, where no other is better by a seventh. */
export function beliefIn(all: readonly SensitiveRun[]): Belief {
  const whole = all.filter(({ run }) => JUDGED.every((each) => run.ratios[each] !== undefined));
  const runs = atMost(whole, MOST_RUNS);
  if (runs.length < 3) return USUAL;
  // where host times change nothing, as of several servers, they are left as they are
  const candidates = [false, true].flatMap((host) =>
    (["preset", "measured"] as const).flatMap((from) =>
      [...NOISES, NONE].flatMap((noise) => [true, false].map((carry): Belief => ({ noise, carry, from, host }))),
    ),
  );
  const losses = candidates.map((belief) => {
    const factors = belief.host ? hostFit(runs, belief) : PRESET_HOST;
    return { belief, loss: sizeOf(leftOut(runs, belief, factors)) };
  });
  const best = losses.reduce((least, each) => (each.loss < least.loss ? each : least));
  return best.loss < (1 - LEAST_GAIN) * sizeOf(deviationsOf(runs, "preset", PRESET_HOST)) ? best.belief : DISBELIEF;
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
