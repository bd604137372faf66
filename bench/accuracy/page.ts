import type { Errors } from "./errors.ts";

/** A line of a Markdown table. */
export function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

export function tableHead(names: readonly string[]): string {
  return `${tableLine(names)}\n${tableLine(names.map(() => "---"))}`;
}

/** Median and 90th percentile of the error. */
export function errorCell({ median, p90 }: Errors): string {
  return `${percent(median)}, ${percent(p90)}`;
}

/** Errors as plain numbers, the median to a tenth. */
export function errorsCell({ median, p90 }: Errors): string {
  return `${(median * 100).toFixed(1)} / ${(p90 * 100).toFixed(0)}`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

export function microseconds(seconds: number): string {
  return `${(seconds * 1e6).toFixed(1)} us`;
}
