/** At most three figures. */
export function tidy(value: number): string {
  return String(Number(value.toPrecision(3)));
}
