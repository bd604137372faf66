import type { Scope } from "@tokenyard/expression";
import type { Unit } from "@tokenyard/scenario";
import type { Interval } from "../estimate.ts";
import type { Parameters, ParameterValue } from "../point.ts";

/** One assertion of a plan, read and ready to be held against what can be known. */
export interface Claim extends Bound {
  readonly id: string;
  readonly text: string;
  readonly section: string | undefined;
  readonly unit: Unit | "";
  /** How the plan comes to the value, recomputed. */
  readonly pencil: readonly PencilSum[];
  /** What decides it; several are judged apart. */
  readonly parts: readonly Part[];
  /** Values of the scenario under which it is judged. */
  readonly given: Parameters;
  /** Values at each of which it must hold. */
  readonly over: { readonly path: string; readonly values: readonly ParameterValue[] } | undefined;
}

/** What the true value must be to the claimed one. */
export interface Bound {
  readonly claimed: number;
  readonly comparison: "=" | "<=" | ">=";
  /** Of `=`, as a share of the claimed value; 0 for the others. */
  readonly tolerance: number;
}

/** A formula over the inputs that a plan gives itself, or over what it claims elsewhere. */
export interface PencilSum {
  readonly text: string;
  /** In the unit of the claim; null when it divides by zero. */
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
  /** Whether its text says all: no input stands in it. */
  readonly isPlain: boolean;
  /** In the unit of the claim. */
  evaluate(scope: Scope): number | null;
}

const ROUNDING = 1e-9; // of sums in floating point

/** The values that `bound` admits. */
export function admitted({ claimed, comparison, tolerance }: Bound): Interval {
  const slack = Math.abs(claimed) * ROUNDING;
  const room = Math.abs(claimed) * tolerance + slack;
  if (comparison === "=") return { low: claimed - room, high: claimed + room };
  return comparison === "<="
    ? { low: Number.NEGATIVE_INFINITY, high: claimed + slack }
    : { low: claimed - slack, high: Number.POSITIVE_INFINITY };
}

/** Where `value` lies: 0 within what `bound` admits, −1 under it, 1 over it. */
export function sideOf(value: number, bound: Bound): -1 | 0 | 1 {
  const { low, high } = admitted(bound);
  return value < low ? -1 : value > high ? 1 : 0;
}

/** What an interval that holds the true value says of `bound`; undefined when it lies on both sides of an end. */
export function decided({ low, high }: Interval, bound: Bound): "holds" | "fails" | undefined {
  const within = admitted(bound);
  if (low >= within.low && high <= within.high) return "holds";
  return high < within.low || low > within.high ? "fails" : undefined;
}

/** How many times `value` is away from the claimed one, from 1 up; undefined where one of them is not above 0. */
export function factorBetween(value: number, claimed: number): number | undefined {
  if (!(value > 0 && claimed > 0)) return undefined;
  return value > claimed ? value / claimed : claimed / value;
}
