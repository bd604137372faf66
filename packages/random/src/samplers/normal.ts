import { ln } from "../portable-math.ts";
import type { Stream } from "../stream.ts";

/**
 * Normal number with mean 0 and standard deviation 1. Marsaglia's polar method; the second number of each pair is discarded, so that a draw
 * needs no memory.
 */
export function normal(stream: Stream): number {
  for (;;) {
    const x = 2 * stream.next() - 1;
    const y = 2 * stream.next() - 1;
    const square = x * x + y * y;
    if (square < 1 && square > 0) return x * Math.sqrt((-2 * ln(square)) / square);
  }
}
