import { exp, ln } from "../portable-math.ts";
import type { Stream } from "../stream.ts";
import { exponential } from "./exponential.ts";
import { normal } from "./normal.ts";
import { uniform } from "./uniform.ts";

/** A distribution of times in seconds. */
export type TimeSpec =
  | { readonly kind: "fixed"; readonly value: number }
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  | { readonly kind: "exponential"; readonly mean: number }
  | { readonly kind: "lognormal"; readonly mean: number; readonly sigma: number };

const LONGEST_SECONDS = 9e6; // as the scenario's schema says

/**
 * A function that draws nanoseconds from `spec` out of `stream`; `fixed` draws nothing. What is longer than 9e6 s is that long.
 * `mean` is that of the distribution: for a lognormal mean = exp(mu + sigma²/2), so mu = ln(mean) − sigma²/2.
 */
export function drawTimeNs(spec: TimeSpec, stream: Stream): () => number {
  const draw = secondsOf(spec, stream);
  return () => Math.round(Math.min(draw(), LONGEST_SECONDS) * 1e9);
}

function secondsOf(spec: TimeSpec, stream: Stream): () => number {
  switch (spec.kind) {
    case "fixed":
      return () => spec.value;
    case "uniform":
      return () => uniform(stream, spec.from, spec.to);
    case "exponential":
      return () => exponential(stream, spec.mean);
    case "lognormal": {
      const mu = ln(spec.mean) - (spec.sigma * spec.sigma) / 2;
      return () => exp(mu + spec.sigma * normal(stream));
    }
  }
}
