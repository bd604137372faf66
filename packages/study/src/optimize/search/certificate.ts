import type { Parameters } from "../../points/point.ts";
import type { Uncalibrated } from "../../winner/real-plan.ts";
import type { Winner } from "../../winner/winner.ts";

/** How a search under load came to its answer, and how sure that is. */
export interface Certificate {
  /** Number of plans that cannot run, or provably cannot win. */
  readonly provedAway: number;
  /** Plans that were run, each with the same requests. */
  readonly run: number;
  /** Plans of which nothing is known. */
  readonly notLookedAt: number | null;
  /** Plans with fewer GPUs than the best one that were neither run nor proved away; null without a best plan, and during the search. */
  readonly smallerNotRun: number | null;
  /** Audit of the formula of loads; null if it judged nothing. */
  readonly formula: FormulaAudit | null;
  /** Reasons why the formula does not hold for the load, or that there are too few plans for it; empty if it was used. */
  readonly withoutFormula: readonly string[];
  /** The seed whose requests all plans were run with; null where plans differ in it. */
  readonly seed: number | null;
  /** Best plan; null until a plan meets the constraints. */
  readonly winner: WinnerFacts | null;
  /**
   * Certainty that the best plan stays the best on real servers, among it and others that were run; undefined during the search, and
   * without a best plan.
   */
  readonly real?: RealWinner | Uncalibrated;
}

/** A `Winner` whose deciding plan is named by its parameters. */
export interface RealWinner extends Omit<Winner, "measure"> {
  readonly measure: { readonly parameters: Parameters; readonly chance: number } | null;
}

/** Plans that a formula has left out, and how far off it was where it was put to the test. */
export interface FormulaAudit {
  /** Left out, and not run. */
  readonly leftOut: number;
  /** A plan is left out where it misses a constraint, or is beaten, though its numbers were better by this factor. */
  readonly margin: number;
  /** Drawn at random from those left out: more than `audited` where the search ended before all were run, or some failed. */
  readonly drawn: number;
  /** Audited plans that produced a result. */
  readonly audited: number;
  /** Audited plans that hold all constraints and that no earlier plan beats. */
  readonly better: number;
  /** The largest factor by which the formula took one of them for worse than it is; null where none was run. */
  readonly largestError: number | null;
  /** Whether that is within half of the margin where a plan came near to winning: else plans may be out that belong in. */
  readonly isWithin: boolean;
  /** With 95 % confidence at most this share of those left out would be better, by those drawn first; null where it was not put to the test, one was better, or some of those drawn first were given up under way or failed. */
  readonly mostBetter: number | null;
}

export interface WinnerFacts {
  /** Whether its experts were drawn, or went by their law. */
  readonly numbers: "exact" | "law";
  /** By how much its numbers may be off for that, as a share. */
  readonly error: number;
  /** How far it is from its nearest constraint, as a share of that. */
  readonly headroom: number;
  /** By how much the next plan that was run is worse in the first objective, as a share; null where there is none. */
  readonly ahead: number | null;
}
