import { ln } from "../portable-math.ts";
import type { Stream } from "../stream.ts";

/** Memoryless, ≥ 0, with the given mean. */
export function exponential(stream: Stream, mean: number): number {
  return -mean * ln(1 - stream.next()); // 1 − u lies in (0, 1]
}
