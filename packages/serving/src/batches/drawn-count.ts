import { categorical, exponential, ln, lognormal, type Stream, uniformInteger, zipf } from "@tokenyard/random";
import type { DrawnCount } from "@tokenyard/scenario";

const LARGEST_COUNT = 1e9; // as the scenario's schema says

/**
 * A function that draws whole numbers of tokens from `spec` out of `stream`; `fixed` draws nothing.
 *
 * - `uniform`: every whole number of [from, to] alike.
 * - `exponential`, `lognormal`: rounded, then moved to the nearest of [max(1, from), to]. `mean` is the mean before that; for a lognormal
 *   mean = exp(mu + sigma²/2), so mu = ln(mean) − sigma²/2.
 * - `zipf`: from + r − 1 with P(r) ∝ r^−exponent, r = 1 … to − from + 1: the shortest is the most frequent.
 * - `empirical`: one of `values`, as often as its weight says, or alike.
 */
export function drawCount(spec: DrawnCount, stream: Stream): () => number {
  switch (spec.kind) {
    case "fixed":
      return () => spec.value;
    case "uniform":
      return () => uniformInteger(stream, spec.from, spec.to);
    case "exponential":
      return () => rounded(exponential(stream, spec.mean), spec.from, spec.to);
    case "lognormal": {
      const mu = ln(spec.mean) - (spec.sigma * spec.sigma) / 2;
      return () => rounded(lognormal(stream, mu, spec.sigma), spec.from, spec.to);
    }
    case "zipf":
      return () => spec.from - 1 + zipf(stream, spec.to - spec.from + 1, spec.exponent);
    case "empirical":
      return empirical(spec.values, spec.weights, stream);
  }
}

/** `drawn` as a number of tokens: rounded, then moved to the nearest of [max(1, from), to]. */
export function rounded(drawn: number, from = 1, to = LARGEST_COUNT): number {
  return Math.min(Math.max(Math.round(drawn), from, 1), to);
}

function empirical(values: readonly number[], weights: readonly number[] | undefined, stream: Stream): () => number {
  const cumulative = new Float64Array(values.length);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += weights?.[i] ?? 1;
    cumulative[i] = total;
  }
  return () => values[categorical(stream, cumulative)]!;
}
