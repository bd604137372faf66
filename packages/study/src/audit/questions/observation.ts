import type { Parameters } from "../../points/point.ts";
import type { PointResult } from "../../points/point-result.ts";
import { resultScope } from "../../points/words.ts";
import type { Claim, Part } from "../claims/claim.ts";
import type { KeyedPoint, Runs } from "./runs.ts";

/** The value of a number in one replication, or why there is none. */
export type Observation = { readonly value: number } | { readonly reason: string };

/** Runs of one observation: of the scenario, and, for a ratio, of its divisor with the same seed. */
export function observedPoints({ against }: Claim, parameters: Parameters, r: number, runs: Runs): KeyedPoint[] {
  const own = runs.pointAt(parameters, r);
  return against === undefined ? [own] : [own, runs.pointAt({ ...parameters, ...against }, r)];
}

/** Values of a claim's metric in the runs of `observedPoints`. */
export function observation(part: Part, rows: readonly PointResult[]): Observation {
  const values: number[] = [];
  for (const row of rows) {
    if (row.status !== "ok") return { reason: `${row.status === "infeasible" ? "no such plan can run" : "a run failed"}: ${row.reason}` };
    const value = valueIn(row, part);
    if (value === null) return { reason: "a run has no such value" };
    values.push(value);
  }
  const [value, divisor] = values;
  if (divisor === 0) return { reason: "what it is divided by is 0" };
  return { value: divisor === undefined ? value! : value! / divisor };
}

/** The number of `part` in one run; null when the run or the value is missing. */
export function valueIn(row: PointResult, part: Part): number | null {
  return row.status === "ok" ? part.evaluate(resultScope(row.report)) : null;
}
