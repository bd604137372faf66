import type { BatchColumns } from "../recording/balance-columns.ts";
import { sumOf } from "./sum.ts";

/** Fewer batches show too little of how they vary. */
const LEAST = 10;
const NORMAL = 1.959963984540054; // exceeded on either side with 5 %

/**
 * 95 % interval of a share, as far as the randomness of one run shows: the ratio of two sums over batches, by the deviations of batches
 * from it; null for too few. Source: docs/models/capacity.md#intervals-within-a-run.
 */
export function batchInterval({ routed, dropped }: BatchColumns): { readonly low: number; readonly high: number } | null {
  const batches = routed.length;
  const all = sumOf(routed);
  if (batches < LEAST || all === 0) return null;
  const share = sumOf(dropped) / all;
  let squares = 0;
  for (let b = 0; b < batches; b++) squares += (dropped[b]! - share * routed[b]!) * (dropped[b]! - share * routed[b]!);
  const error = Math.sqrt((batches / (batches - 1)) * squares) / all;
  const half = studentQuantile(batches - 1) * error;
  return { low: Math.max(0, share - half), high: Math.min(1, share + half) };
}

/**
 * Value that Student's distribution with `degrees` degrees of freedom exceeds on either side with 5 %: within 0.02 % from 9 on. Source:
 * Abramowitz and Stegun (1964), 26.7.5.
 */
export function studentQuantile(degrees: number): number {
  const z = NORMAL;
  const w = z * z;
  const first = (z * (w + 1)) / 4;
  const second = (z * (5 * w * w + 16 * w + 3)) / 96;
  const third = (z * (3 * w * w * w + 19 * w * w + 17 * w - 15)) / 384;
  return z + (first + (second + third / degrees) / degrees) / degrees;
}
