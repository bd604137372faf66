import { exp, exponential, gamma, lnGamma, pow, type Stream } from "@tokenyard/random";
import type { GapsSpec } from "@tokenyard/scenario";

/** A function that draws gaps of mean 1 out of `stream`; `constant` draws nothing. */
export function unitGaps(spec: GapsSpec, stream: Stream): () => number {
  switch (spec.kind) {
    case "poisson":
      return () => exponential(stream, 1);
    case "gamma": {
      const square = spec.variation * spec.variation; // shape 1/v², scale v²: mean 1, variance v²
      return () => gamma(stream, 1 / square, square);
    }
    case "weibull": {
      const power = 1 / spec.shape;
      const scale = exp(-lnGamma(1 + power)); // the mean is scale·Γ(1 + 1/shape)
      return () => scale * pow(exponential(stream, 1), power);
    }
    case "constant":
      return () => 1;
  }
}
