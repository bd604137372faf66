import { exp } from "../portable-math.ts";
import type { Stream } from "../stream.ts";
import { normal } from "./normal.ts";

/** exp of a normal number with mean `mu` and standard deviation `sigma`; its own mean is exp(mu + sigma²/2). */
export function lognormal(stream: Stream, mu: number, sigma: number): number {
  return exp(mu + sigma * normal(stream));
}
