import { ln } from "@tokenyard/random";
import { covarianceOf, type Trust } from "@tokenyard/report";
import { HOST_PARTS, type HostFactors, hostGrowth, PRIOR, type SensitiveRun, slopesOf } from "./host.ts";
import { JUDGED } from "./prediction.ts";

/** Trust in measured runs, and the range of their influence. */
export interface Belief extends Trust {
  /** Whether the runs support a fit of the host's time. */
  readonly host: boolean;
  /** Share of the simulator's usual error that is left beside the host's time. */
  readonly model: number;
}

/** At most `most` of `runs`, spread evenly: a matrix inverse takes the cube of their number. */
export function atMost<Run>(runs: readonly Run[], most: number): Run[] {
  const every = Math.ceil(runs.length / most);
  return runs.filter((_, at) => at % every === 0);
}

/**
 * Deviations of all first latencies, then of all second ones: logarithms of measured over simulated with a preset's host, to first order
 * around `factors`, less the medians where the prior is `measured`.
 */
export function deviationsOf(runs: readonly SensitiveRun[], from: Belief["from"], factors: HostFactors): number[] {
  return JUDGED.flatMap((measured) =>
    runs.map((each) => {
      const slopes = slopesOf(each, measured, factors);
      const linear = HOST_PARTS.reduce((sum, part) => sum + slopes[part] * ln(factors[part]), 0);
      const median = from === "measured" ? each.medians[measured] : 0;
      return ln(each.run.ratios[measured] ?? 1) - median - hostGrowth(each, measured, factors) + linear;
    }),
  );
}

/** Covariances of these. */
export function varianceOf(runs: readonly SensitiveRun[], { noise, carry, host, model }: Belief, factors: HostFactors): number[][] {
  const own = runs.map((a) => runs.map((b) => covarianceOf(a.run.place, b.run.place, carry)));
  const slopes = Object.fromEntries(JUDGED.map((each) => [each, runs.map((run) => slopesOf(run, each, factors))]));
  return JUDGED.flatMap((one) =>
    runs.map((a, i) =>
      JUDGED.flatMap((other) =>
        runs.map((b, j) => {
          const alone = a === b ? noise * noise + square(a.errors?.[one] ?? 0) : 0;
          const common = one === other ? own[i]![j]! * model * model * a.spreads[one] * b.spreads[other] + alone : 0;
          const [mine, yours] = [slopes[one]![i]!, slopes[other]![j]!];
          return common + (host ? PRIOR * HOST_PARTS.reduce((sum, part) => sum + mine[part] * yours[part], 0) : 0);
        }),
      ),
    ),
  );
}

function square(value: number): number {
  return value * value;
}
