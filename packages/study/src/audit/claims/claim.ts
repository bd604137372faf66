import type { Scope } from "@tokenyard/expression";
import type { Unit } from "@tokenyard/scenario";
import type { Parameters, ParameterValue } from "../../points/point.ts";
import type { Interval } from "../../statistics/estimate.ts";

/** One assertion of a plan, parsed and ready to be compared with evidence. */
export interface Claim extends Bound {
  readonly id: string;
  readonly text: string;
  readonly section: string | undefined;
  readonly unit: Unit | "";
  /** Id of the claim whose error causes this one, if the scenario states it. */
  readonly root: string | undefined;
  /** The plan's own derivation of the value, recomputed. */
  readonly pencil: readonly PencilSum[];
  /** Checks that decide it; several are judged separately. */
  readonly parts: readonly Part[];
  /** Values of the scenario under which it is judged. */
  readonly given: Parameters;
  /** Parameters of the run whose number is the divisor; undefined: none. */
  readonly against: Parameters | undefined;
  /** Values at each of which it must hold. */
  readonly over: { readonly path: string; readonly values: readonly ParameterValue[] } | undefined;
}

/** Comparison that the true value has to hold with the claimed one. */
export interface Bound {
  readonly claimed: number;
  readonly comparison: "=" | "<=" | ">=";
  /** For `=`, the side of an estimate on which the plan is better; undefined where both are wrong. */
  readonly better: "less" | "more" | undefined;
  /** For `=`, the tolerance as a share of the claimed value; 0 for the others. */
  readonly tolerance: number;
}

/** A formula over the plan's own inputs, or over its other claims. */
export interface PencilSum {
  readonly text: string;
  /** Value in the unit of the claim; null when it divides by zero. */
  readonly value: number | null;
  /** Ids of the claims that it uses, in order of the alphabet; none: it uses inputs only. */
  readonly claims: readonly string[];
}

/** A number that decides a claim: one of the plan (static), or one of its runs (dynamic). */
export interface Part {
  /** `prefill`, where a claim has several; undefined for the only one. */
  readonly name: string | undefined;
  readonly text: string;
  readonly kind: "static" | "dynamic";
  /** True if its text is complete: it has no inputs. */
  readonly isPlain: boolean;
  /** Value in the unit of the claim. */
  evaluate(scope: Scope): number | null;
}

const ROUNDING = 1e-9; // of sums in floating point

/** The values that `bound` admits: all that are at least as good as it says. */
export function admitted({ claimed, comparison, tolerance, better }: Bound): Interval {
  const room = Math.abs(claimed) * ((comparison === "=" ? tolerance : 0) + ROUNDING);
  return {
    low: comparison === "<=" || better === "less" ? Number.NEGATIVE_INFINITY : claimed - room,
    high: comparison === ">=" || better === "more" ? Number.POSITIVE_INFINITY : claimed + room,
  };
}

/** Position of `value`: 0 within what `bound` admits, −1 below it, 1 above it. */
export function sideOf(value: number, bound: Bound): -1 | 0 | 1 {
  const { low, high } = admitted(bound);
  return value < low ? -1 : value > high ? 1 : 0;
}

/** Verdict of an interval around the true value on `bound`; undefined if it contains an end of the admitted values. */
export function decided({ low, high }: Interval, bound: Bound): "holds" | "better" | "fails" | undefined {
  const within = admitted(bound);
  if (low >= within.low && high <= within.high) return isBetter({ low, high }, bound) ? "better" : "holds";
  return high < within.low || low > within.high ? "fails" : undefined;
}

/** Whether all of an interval is better than an estimate with its tolerance. */
function isBetter({ low, high }: Interval, { better, ...bound }: Bound): boolean {
  if (better === undefined) return false;
  const estimate = admitted({ ...bound, better: undefined });
  return better === "less" ? high < estimate.low : low > estimate.high;
}

/** Whether a verdict means that the plan does at least what it claims. */
export function passes(verdict: "holds" | "better" | "fails" | "undecided"): boolean {
  return verdict === "holds" || verdict === "better";
}

/** How many times `value` is away from the claimed one, from 1 up; undefined where one of them is not above 0. */
export function factorBetween(value: number, claimed: number): number | undefined {
  if (!(value > 0 && claimed > 0)) return undefined;
  return value > claimed ? value / claimed : claimed / value;
}
