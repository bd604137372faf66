/** The value with at most three significant digits. */
export function threeFigures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
