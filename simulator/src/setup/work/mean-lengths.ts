import { exp } from "@tokenyard/random";
import type { DrawnCount } from "@tokenyard/scenario";
import { type Arriving, classesOf, meanOfPairs } from "./load-work.ts";

/** The mean of a length over the classes of a workload. */
export function meanOver(workload: Arriving, length: "promptTokens" | "outputTokens"): number {
  const classes = classesOf(workload);
  const shares = classes.reduce((sum, { share }) => sum + share, 0);
  return classes.reduce((sum, { share, lengths }) => {
    const { pairs, [length]: drawn } = lengths;
    const mean = pairs !== undefined ? meanOfPairs(pairs, length) : drawn === undefined ? 1 : meanOf(drawn);
    return sum + (share / shares) * mean;
  }, 0);
}

/** The mean of a drawn count, roughly: bounds and whole numbers are left out. */
function meanOf(drawn: DrawnCount): number {
  switch (drawn.kind) {
    case "fixed":
      return drawn.value;
    case "uniform":
      return (drawn.from + drawn.to) / 2;
    case "exponential":
    case "lognormal":
      return Math.min(drawn.mean, drawn.to ?? drawn.mean);
    case "zipf":
      return drawn.from * (drawn.exponent > 2 ? (drawn.exponent - 1) / (drawn.exponent - 2) : exp(1));
    case "empirical": {
      const { values, weights = values.map(() => 1) } = drawn;
      const all = weights.reduce((sum, each) => sum + each, 0);
      return values.reduce((sum, value, i) => sum + (value * weights[i]!) / all, 0);
    }
  }
}
