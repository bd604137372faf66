const ZERO = 48;

/** The whole number whose digits `text` has from `from` to before `to`; NaN where there is anything else, or nothing. At most 15 digits. */
export function digitsOf(text: string, from: number, to: number): number {
  if (to > text.length || to <= from || to - from > 15) return Number.NaN;
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = 10 * number + digit;
  }
  return number;
}
