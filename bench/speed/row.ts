/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly value: string;
  /** Against something slower that was measured in the same run. */
  readonly ratio?: string;
}

const line = (what: string, value: string, ratio = "") => `| ${what} | ${value} | ${ratio} |\n`;

/** `table` with `rows` in the place of those of the same name, and the others behind. */
export function replaced(table: string, rows: readonly Row[]): string {
  const lines = table.split(/(?<=\n)/);
  for (const { what, value, ratio } of rows) {
    const at = lines.findIndex((each) => each.startsWith(`| ${what} | `));
    lines.splice(at < 0 ? lines.length : at, at < 0 ? 0 : 1, line(what, value, ratio));
  }
  return lines.join("");
}

export function markdown(rows: readonly Row[]): string {
  return `${line("what", "measured", "ratio in the same run")}|---|---|---|\n${rows.map((row) => line(row.what, row.value, row.ratio ?? "")).join("")}`;
}

/** `3.4 M events/s`: two figures are what a benchmark can promise. */
export function rate(perSecond: number, of: string): string {
  return `${short(perSecond)} ${of}/s`;
}

export function duration(seconds: number): string {
  if (seconds >= 1) return `${two(seconds)} s`;
  return seconds >= 1e-3 ? `${two(seconds * 1e3)} ms` : `${two(seconds * 1e6)} µs`;
}

export function times(factor: number): string {
  return `${two(factor)} ×`;
}

function short(value: number): string {
  if (value >= 1e9) return `${two(value / 1e9)} G`;
  if (value >= 1e6) return `${two(value / 1e6)} M`;
  return value >= 1e3 ? `${two(value / 1e3)} k` : two(value);
}

function two(value: number): string {
  return String(Number(value.toPrecision(2)));
}
