import { type Coefficient, type Coefficients, startOf, valuesAt } from "./coefficient.ts";
import { leastSquares, lossOf } from "./least-squares.ts";

/**
 * The coefficients that bring `seen` nearest, by the logarithms of their seconds: the lowest of what is found from each of `ways`, which say by how much a start differs
 * from that of the coefficients.
 */
export function nearestFit<Sample extends { readonly seconds: number }>(
  coefficients: readonly Coefficient[],
  seen: readonly Sample[],
  predictorOf: (values: Coefficients) => (sample: Sample) => number,
  ways: readonly Readonly<Record<string, number>>[],
  knee: number,
): Coefficients {
  const residuals = (x: readonly number[], out: Float64Array) => {
    const predict = predictorOf(valuesAt(coefficients, x));
    for (let i = 0; i < seen.length; i++) out[i] = Math.log(predict(seen[i]!) / seen[i]!.seconds);
  };
  const start = startOf(coefficients);
  const found = ways.map((by) => {
    const from = start.map((x, i) => x + (by[coefficients[i]!.name] ?? 0));
    const at = leastSquares(residuals, from, seen.length, knee);
    const out = new Float64Array(seen.length);
    residuals(at, out);
    return { at, loss: lossOf(out, knee) };
  });
  return valuesAt(coefficients, found.reduce((best, next) => (next.loss < best.loss ? next : best)).at);
}
