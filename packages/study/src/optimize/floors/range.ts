/** A range of numbers, both ends included. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const ANYTHING: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

export function exactly(value: number): Range {
  return { low: value, high: value };
}

export function noLess(low: number): Range {
  return { low, high: Number.POSITIVE_INFINITY };
}

/** Range of x + y, with x in `a` and y in `b`. */
export function sum(a: Range, b: Range): Range {
  return { low: a.low + b.low, high: a.high + b.high };
}

export function negated({ low, high }: Range): Range {
  return { low: -high, high: -low };
}

export function product(a: Range, b: Range): Range {
  return hull([times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)]);
}

/** Range of a quotient; unlimited if the divisor may be 0. */
export function quotient(a: Range, b: Range): Range {
  if (b.low <= 0 && b.high >= 0) return ANYTHING;
  return hull([over(a.low, b.low), over(a.low, b.high), over(a.high, b.low), over(a.high, b.high)]);
}

/** Range of f(x), for a rising f. */
export function raised({ low, high }: Range, f: (value: number) => number): Range {
  return { low: f(low), high: f(high) };
}

export function magnitude({ low, high }: Range): Range {
  const [a, b] = [Math.abs(low), Math.abs(high)];
  return { low: low <= 0 && high >= 0 ? 0 : Math.min(a, b), high: Math.max(a, b) };
}

function hull(values: readonly number[]): Range {
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** 0 times anything is 0: infinity means an unknown number here, not an unbounded one. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function over(a: number, b: number): number {
  return Number.isFinite(b) ? a / b : 0;
}
