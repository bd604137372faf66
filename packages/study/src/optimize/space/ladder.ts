import type { ParameterValue } from "../../points/point.ts";

/** Requested values as numbers. */
export function counts(values: readonly ParameterValue[] | undefined): number[] | undefined {
  return values?.map(Number);
}

/** The fewest parts for each size that the largest part of `total` may have, rising: of 16 1, 2, 3, 4, 6, 8, 16. */
export function fewest(total: number): number[] {
  const parts: number[] = [];
  for (let size = total; size >= 1; size--) {
    const count = Math.ceil(total / size);
    if (parts.at(-1) !== count) parts.push(count);
  }
  return parts;
}

/** 1 … 8, then four steps for each doubling, up to `most`; and `own`. */
export function steps(most: number, own?: number): number[] {
  const values: number[] = [];
  for (let value = 1, step = 1; value <= most; value += step) {
    values.push(value);
    if (value === 8 * step) step *= 2;
  }
  return withOwn(values, own, most);
}

/** 1, 2, 4, … and `most`; and `own`. */
export function doublings(most: number, own?: number): number[] {
  const values: number[] = [];
  for (let value = 1; value < most; value *= 2) values.push(value);
  return withOwn([...values, most], own, most);
}

/** With `own`, where it is among them or may be. */
export function withOwn(values: readonly number[], own: number | undefined, most: number): number[] {
  return own === undefined || own > most || values.includes(own) ? [...values] : [...values, own].sort((a, b) => a - b);
}

/** The divisors of a whole number, rising. */
export function divisorsOf(number: number): number[] {
  return Array.from({ length: number }, (_, i) => i + 1).filter((divisor) => number % divisor === 0);
}
