/** What independent observations of one number say of its mean. */
export interface Estimate {
  readonly count: number;
  readonly mean: number;
  /** Of the observations, with n − 1; null for one observation. */
  readonly standardDeviation: number | null;
  /** Holds the true mean in 95 of 100 studies (Student's t); null for one observation. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}
