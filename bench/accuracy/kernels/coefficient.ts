/** A coefficient of a fit and how a search moves it: by its logarithm, or within 0 and 1 by its log odds. */
export interface Coefficient {
  readonly name: string;
  readonly scale: "positive" | "share";
  readonly start: number;
  /** Largest value that makes sense. */
  readonly most?: number;
  readonly least?: number;
}

export type Coefficients = Readonly<Record<string, number | boolean | string>>;

export function startOf(coefficients: readonly Coefficient[]): number[] {
  return coefficients.map(({ scale, start }) => (scale === "share" ? Math.log(start / (1 - start)) : Math.log(start)));
}

export function valuesAt(coefficients: readonly Coefficient[], at: readonly number[]): Coefficients {
  return Object.fromEntries(
    coefficients.map(({ name, scale, least = 0, most = Number.POSITIVE_INFINITY }, i) => {
      const x = Math.max(-30, Math.min(30, at[i]!));
      const value = scale === "share" ? 1 / (1 + Math.exp(-x)) : Math.exp(x);
      return [name, Math.max(least, Math.min(most, value))];
    }),
  );
}
