import type { ParameterValue } from "@tokenyard/study";

/** A line of comma-separated values (RFC 4180): texts with a comma, a quote or a line break are quoted. */
export function csvLine(values: readonly ParameterValue[]): string {
  return `${values.map(cellText).join(",")}\r\n`;
}

function cellText(value: ParameterValue): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
