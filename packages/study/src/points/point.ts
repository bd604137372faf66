import type { Problem, Scenario } from "@tokenyard/scenario";
import type { RunLimit } from "@tokenyard/simulator";

/** A value as it would be written in a scenario file: `4`, `"25 GB/s"`, `{ kind: "zipf", exponent: 1.2 }`. */
export type ParameterValue = number | string | boolean | null | readonly ParameterValue[] | { readonly [key: string]: ParameterValue };

/** Varied parameters: dotted paths of the scenario with their values at one point. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** One scenario of a study. Plain data: it crosses threads and machines. */
export interface Point {
  /** Index from 0, without gaps, in the order of the study. */
  readonly index: number;
  readonly parameters: Parameters;
  /** The base with the parameters set (and the seed, `scenario.seed`); `{ problems }` when no such scenario can be. */
  readonly scenario: Scenario | Impossible;
  /** Request for years of failures, in place of a report. */
  readonly years?: YearsAsked;
  /** Beyond which its run cannot win, whatever happens, and is broken off. */
  readonly limit?: RunLimit;
  /** Whether its report has latencies whole, so that they can be pooled with those of other seeds. */
  readonly distributions?: true;
}

/** Some of the years of an availability. Plain data. */
export interface YearsAsked {
  /** First year, and number of years. */
  readonly from: number;
  readonly count: number;
  /** Whether changes to the plan are computed too. */
  readonly variants: boolean;
  /** Requests that it serves, and of those in flight the ones in each pool; null where it is not known. */
  readonly traffic: { readonly perSecond: number; readonly inFlight: number; readonly inFlightOf?: readonly number[] } | null;
}

/** Reason why a point has no scenario, from the check of the scenario file. */
export interface Impossible {
  readonly problems: readonly Problem[];
}

/** Whether the point has no scenario. */
export function isImpossible(scenario: Scenario | Impossible): scenario is Impossible {
  return "problems" in scenario;
}
