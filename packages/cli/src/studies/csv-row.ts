import { type Formula, type PointResult, resultScope } from "@tokenyard/study";
import { csvLine } from "../files/csv-line.ts";

/** The line of a row: index, parameters, status, formulas (in the units of the report) and the reason; empty where there is no value. */
export function csvRow(row: PointResult, paths: readonly string[], formulas: readonly Formula[]): string {
  const scope = row.status === "ok" ? resultScope(row.report) : undefined;
  const values = formulas.map(({ evaluate }) => (scope === undefined ? null : evaluate(scope)));
  return csvLine([
    row.index,
    ...paths.map((path) => row.parameters[path] ?? null),
    row.status,
    ...values,
    row.status === "ok" ? null : row.reason,
  ]);
}
