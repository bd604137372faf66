/** A time of one digit, with its unit. */
export function timeText(seconds: number): string {
  if (seconds < 0.9e-3) return `${Number((seconds * 1e6).toPrecision(1))} us`;
  return seconds < 0.9 ? `${Number((seconds * 1e3).toPrecision(1))} ms` : `${Number(seconds.toPrecision(1))} s`;
}
