/** `part` over `whole`; null when the whole is nothing, so that no NaN reaches a report. */
export function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
