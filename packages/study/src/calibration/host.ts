import { exp, ln } from "@tokenyard/random";
import type { BesideMeasured } from "@tokenyard/report";
import { JUDGED, type Judged } from "./prediction.ts";

/** Parts of the host's time that are fitted, each by a factor. */
export const HOST_PARTS = ["step", "request", "prompt", "arrival"] as const;
export type HostPart = (typeof HOST_PARTS)[number];
export type HostFactors = Readonly<Record<HostPart, number>>;

/** A measured run, and by which share its simulated latencies grow where the time of a part is doubled. */
export interface SensitiveRun extends BesideMeasured {
  readonly growth: Readonly<Record<Judged, Readonly<Record<HostPart, number>>>>;
  /** Factors of the host's time by which it was simulated; undefined: the preset's. */
  readonly host?: HostFactors;
  /** Measured over simulated by the preset, where it was simulated by other factors. */
  readonly byPreset?: BesideMeasured["run"]["ratios"];
  /** Standard errors of the measured means as shares of these, by how much single requests differ; undefined: not known. */
  readonly errors?: Readonly<Record<Judged, number>>;
}

/** Variance of the logarithm of a factor before any run: hosts are half as fast, or twice. */
export const PRIOR = 0.5;
export const PRESET_HOST: HostFactors = { step: 1, request: 1, prompt: 1, arrival: 1 };

/** The logarithm of a latency with `factors` over that of the run's simulation. */
export function hostGrowth({ growth, host = PRESET_HOST }: SensitiveRun, measured: Judged, factors: HostFactors): number {
  return ln(Math.max(LEAST, 1 + HOST_PARTS.reduce((sum, part) => sum + growth[measured][part] * (factors[part] / host[part] - 1), 0)));
}

/** The logarithm of a latency over the simulated one by the preset; 0 where it was not measured. */
export function deviationOfPreset({ run, byPreset }: SensitiveRun, measured: Judged): number {
  return ln((byPreset ?? run.ratios)[measured] ?? 1);
}

/** Least share of the simulated latency that remains. */
const LEAST = 0.05;

/** Slope of the logarithm of a latency over the logarithm of each factor. */
export function slopesOf(run: SensitiveRun, measured: Judged, factors: HostFactors): Readonly<Record<HostPart, number>> {
  const { growth, host = PRESET_HOST } = run;
  const whole = exp(hostGrowth(run, measured, factors));
  const slopes = HOST_PARTS.map((part) => [part, (growth[measured][part] * factors[part]) / host[part] / whole] as const);
  return Object.fromEntries(slopes) as Record<HostPart, number>;
}

/** `run` beside a simulation with `factors` of its host's time, as its growth has it. */
export function withHost<Run extends SensitiveRun>(run: Run, factors: HostFactors): Run {
  const ratios = { ...run.run.ratios };
  for (const measured of JUDGED) {
    const ratio = ratios[measured];
    if (ratio !== undefined) ratios[measured] = ratio / exp(hostGrowth(run, measured, factors));
  }
  return { ...run, run: { ...run.run, ratios } };
}
