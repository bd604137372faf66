import { type Formula, type ParameterValue, type PointResult, resultScope } from "@tokenyard/study";

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

/** A line of comma-separated values (RFC 4180): texts with a comma, a quote or a line break stand in quotes. */
export function csvLine(values: readonly ParameterValue[]): string {
  return `${values.map(cellText).join(",")}\r\n`;
}

function cellText(value: ParameterValue): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
