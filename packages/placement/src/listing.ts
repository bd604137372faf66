const MOST = 12;

/** `values` (rising, not empty) as a phrase: `1, 2, 4, 8 or 16`. Of a long list only those around `given`. */
export function listed(values: readonly number[], given: number): string {
  if (values.length > MOST) return `among others ${listed(around(values, given), given)}`;
  if (values.length === 1) return String(values[0]);
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

/** The one of `values` nearest to `given`; of two, the smaller. Undefined when there is none. */
export function nearest(values: readonly number[], given: number): number | undefined {
  let best = values[0];
  for (const value of values) if (Math.abs(value - given) < Math.abs(best! - given)) best = value;
  return best;
}

/** The divisors of a whole number ≥ 1, rising. */
export function divisorsOf(number: number): number[] {
  const small: number[] = [];
  const large: number[] = [];
  for (let divisor = 1; divisor * divisor <= number; divisor++) {
    if (number % divisor !== 0) continue;
    small.push(divisor);
    if (divisor * divisor !== number) large.push(number / divisor);
  }
  return [...small, ...large.reverse()];
}

function around(values: readonly number[], given: number): readonly number[] {
  const below = values.filter((value) => value < given).length;
  const from = Math.min(Math.max(0, below - MOST / 2), values.length - MOST);
  return values.slice(from, from + MOST);
}
