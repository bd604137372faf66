import { exp } from "@tokenyard/random";

/** 1 / (1 + e^−x) */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + exp(-x)) : 1 - 1 / (1 + exp(x));
}

/** x · sigmoid(x) */
export function silu(x: number): number {
  return x * sigmoid(x);
}

/** e^x of `values` over the sum of all, in place; `rest`: further part of the sum, as a logit. */
export function softmax(values: Float64Array, count: number, rest = Number.NEGATIVE_INFINITY): void {
  let most = rest;
  for (let i = 0; i < count; i++) most = Math.max(most, values[i]!);
  let sum = rest === Number.NEGATIVE_INFINITY ? 0 : exp(rest - most);
  for (let i = 0; i < count; i++) {
    values[i] = exp(values[i]! - most);
    sum += values[i]!;
  }
  for (let i = 0; i < count; i++) values[i] = values[i]! / sum;
}
