import { expect } from "vitest";
import type { Stream } from "../stream.ts";

const LEAST_EXPECTED = 8; // a cell that expects fewer is joined with the next, so that chi-square's own law holds
const DEVIATIONS = 3.72; // one draw in 10 000 of a right sampler lies above; the seeds are fixed, so a test is right or wrong for good

/** Whether chi-square of `observed` counts against `probabilities` (same cells, summing to 1) is what chance allows. */
export function fits(observed: readonly number[], probabilities: readonly number[]): boolean {
  const draws = observed.reduce((sum, count) => sum + count, 0);
  const cells: { seen: number; expected: number }[] = [];
  let open = { seen: 0, expected: 0 };
  for (const [i, probability] of probabilities.entries()) {
    if (probability <= 0 && observed[i]! > 0) return false; // what cannot be was drawn
    open.seen += observed[i]!;
    open.expected += draws * probability;
    if (open.expected >= LEAST_EXPECTED) {
      cells.push(open);
      open = { seen: 0, expected: 0 };
    }
  }
  const last = cells.at(-1);
  if (last === undefined) throw new Error("too few draws for one cell");
  last.seen += open.seen;
  last.expected += open.expected;
  const chiSquare = cells.reduce((sum, { seen, expected }) => sum + (seen - expected) ** 2 / expected, 0);
  const freedom = cells.length - 1;
  if (freedom === 0) return true;
  const spread = 2 / (9 * freedom); // Wilson and Hilferty: (χ²/freedom)^⅓ is nearly normal
  return chiSquare < freedom * (1 - spread + DEVIATIONS * Math.sqrt(spread)) ** 3;
}

/** Draws whole numbers and expects `first` + i as often as probabilities[i]; whatever lies outside is what the probabilities leave to 1. */
export function expectLaw(draw: () => number, first: number, probabilities: readonly number[], draws = 20_000): void {
  const observed = new Array<number>(probabilities.length + 1).fill(0);
  for (let i = 0; i < draws; i++) {
    const index = draw() - first;
    if (!Number.isInteger(index)) throw new Error(`${index + first} is no whole number`);
    observed[index >= 0 && index < probabilities.length ? index : probabilities.length]!++;
  }
  const rest = 1 - probabilities.reduce((sum, probability) => sum + probability, 0);
  expect(fits(observed, [...probabilities, rest < 1e-9 ? 0 : rest]), `counts ${observed}`).toBe(true);
}

/** Draws numbers and expects shares[i] of them below edges[i] and not below the edge before; the last share is beyond all edges. */
export function expectShares(draw: () => number, edges: readonly number[], shares: readonly number[], draws = 20_000): void {
  const observed = new Array<number>(shares.length).fill(0);
  for (let i = 0; i < draws; i++) {
    const x = draw();
    const cell = edges.findIndex((edge) => x < edge);
    observed[cell < 0 ? edges.length : cell]!++;
  }
  expect(fits(observed, shares), `counts ${observed}`).toBe(true);
}

/** Expects mean and standard deviation within four standard errors; `kurtosis` is the fourth central moment over the squared variance. */
export function expectMoments(draw: () => number, mean: number, deviation: number, kurtosis = 3, draws = 20_000): void {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < draws; i++) {
    const z = (draw() - mean) / deviation;
    sum += z;
    squares += z * z;
  }
  expect(Math.abs(sum / draws)).toBeLessThan(4 / Math.sqrt(draws));
  expect(Math.abs(squares / draws - 1)).toBeLessThan(4 * Math.sqrt((kurtosis - 1) / draws));
}

/** `source`, with how often it was drawn from. */
export function countingStream(source: Stream): Stream & { readonly drawn: number } {
  let drawn = 0;
  return {
    get drawn() {
      return drawn;
    },
    next() {
      drawn++;
      return source.next();
    },
    bits() {
      drawn++;
      return source.bits();
    },
  };
}

/** The normal's deciles: a tenth of it lies between each and the next. */
export const NORMAL_DECILES = [
  -1.2815515655446004, -0.8416212335729143, -0.5244005127080407, -0.2533471031357997, 0, 0.2533471031357997, 0.5244005127080407,
  0.8416212335729143, 1.2815515655446004,
];
export const TENTHS = new Array<number>(10).fill(0.1);
