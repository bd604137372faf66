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
}

/** Variance of the logarithm of a factor before any run: hosts are half as fast, or twice. */
export const PRIOR = 0.5;
export const PRESET_HOST: HostFactors = { step: 1, request: 1, prompt: 1, arrival: 1 };

/** The logarithm of a latency with `factors` over that of the preset. */
export function hostGrowth({ growth }: SensitiveRun, measured: Judged, factors: HostFactors): number {
  return ln(Math.max(LEAST, 1 + HOST_PARTS.reduce((sum, part) => sum + growth[measured][part] * (factors[part] - 1), 0)));
}

/** Least share of the preset's latency that remains. */
const LEAST = 0.05;

/** How the logarithm of a latency grows with that of each factor. */
export function slopesOf(run: SensitiveRun, measured: Judged, factors: HostFactors): Readonly<Record<HostPart, number>> {
  const whole = exp(hostGrowth(run, measured, factors));
  return Object.fromEntries(HOST_PARTS.map((part) => [part, (run.growth[measured][part] * factors[part]) / whole])) as Record<
    HostPart,
    number
  >;
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
