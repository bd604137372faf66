import { exp } from "@tokenyard/random";
import { HOST_PARTS, type HostFactors, type HostPart, PRESET_HOST, PRIOR, type SensitiveRun, slopesOf } from "./host.ts";
import { inverseOf } from "./inverse.ts";
import { JUDGED } from "./prediction.ts";
import { atMost, type Belief, deviationsOf, varianceOf } from "./variance.ts";

const MOST_RUNS = 150;
const ROUNDS = 8;
/** Largest factor by which a part may be slower or faster. */
const MOST = 10;

/** The factors that are most probable by the runs, whose deviations vary together as kriging has it: with the preset as prior. By Gauss and Newton, as latencies are linear in the parts. */
export function hostFit(all: readonly SensitiveRun[], belief: Belief): HostFactors {
  const runs = atMost(all, MOST_RUNS);
  let factors = PRESET_HOST;
  for (let round = 0; round < ROUNDS; round++) {
    const weights = inverseOf(varianceOf(runs, belief, factors));
    const deviations = deviationsOf(runs, belief.from, factors);
    const weighted = weights.map((row) => row.reduce((sum, each, at) => sum + each * deviations[at]!, 0));
    const fitted = HOST_PARTS.map((part) => {
      const slopes = JUDGED.flatMap((measured) => runs.map((run) => slopesOf(run, measured, factors)[part]));
      // the mean of a factor is its covariance with the runs, times the runs' weights
      const mean = PRIOR * slopes.reduce((sum, slope, at) => sum + slope * weighted[at]!, 0);
      return [part, Math.min(MOST, Math.max(1 / MOST, exp(mean)))] as const;
    });
    factors = Object.fromEntries(fitted) as Record<HostPart, number>;
  }
  return factors;
}
