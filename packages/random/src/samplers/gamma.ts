import { exp, ln } from "../portable-math.ts";
import type { Stream } from "../stream.ts";
import { normal } from "./normal.ts";

/** Mean shape·scale, variance shape·scale². A small shape may give 0. Throws RangeError unless shape and scale are above 0. */
export function gamma(stream: Stream, shape: number, scale: number): number {
  if (!(shape > 0 && scale > 0)) throw new RangeError(`gamma with shape ${shape} and scale ${scale}: wanted both above 0`);
  return scale * exp(lnStandardGamma(stream, shape));
}

/**
 * Logarithm of a gamma number of scale 1, finite even where the number itself would be 0: below shape 1,
 * gamma(shape) is gamma(shape + 1)·u^(1/shape). Source: Marsaglia and Tsang (2000), A simple method for generating gamma variables.
 */
export function lnStandardGamma(stream: Stream, shape: number): number {
  if (shape < 1) return ln(1 - stream.next()) / shape + lnStandardGamma(stream, shape + 1);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(stream);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const lnCube = 3 * ln(root);
    if (ln(1 - stream.next()) < 0.5 * x * x + d * (1 - root * root * root + lnCube)) return ln(d) + lnCube;
  }
}
