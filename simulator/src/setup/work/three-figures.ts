/** At most three figures. */
export function threeFigures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
