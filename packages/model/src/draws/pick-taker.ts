/** Takes tokens with the experts that they choose, one source after another. */
export interface PickTaker {
  /** Whether a token is sent once to a rank, rather than once for each copy. */
  readonly isVisiting: boolean;
  /** `picks` begins with the experts of `tokens` tokens of `source`, `topK` of each. Do not keep it. */
  take(source: number, picks: Int32Array, tokens: number, topK: number): void;
}
