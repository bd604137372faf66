import type { Compared } from "./comparison.ts";

/** Result of a target of numerics. */
export interface NumericOutcome {
  /** `numerics.relative`, `numerics.tokens` or `numerics.routing`. */
  readonly name: string;
  readonly target: number;
  /** Null where there is nothing to judge by: no experts, or no vocabulary. */
  readonly actual: number | null;
  readonly met: boolean;
}

/** Judges `target` by the plan in its formats, beside one device in the same; without data nothing is missed. */
export function numericOutcome(name: string, target: number, { rows, outputs, routings }: Compared): NumericOutcome {
  if (name === "numerics.relative") {
    const actual = rows.reduce((most, { largest }) => Math.max(most, largest), 0); // NaN stays
    return { name, target, actual, met: actual <= target };
  }
  const { same, all } = name === "numerics.tokens" ? outputs : routings;
  const actual = all === 0 ? null : same / all;
  return { name, target, actual, met: actual === null || actual >= target };
}
