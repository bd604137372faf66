/** Attempts of requests: each time that a request was given to the router, or by it to a replica again. */
export interface RetryColumns {
  readonly attempts: number;
  /** Further ones, of clients and of the router. */
  readonly byClient: number;
  readonly byRouter: number;
  /** Tries that ended without an answer: refused on arrival, lost to a fault, or cancelled by their client. */
  readonly refused: number;
  readonly failed: number;
  readonly timedOut: number;
  /** Prompt tokens that these attempts had computed, and output tokens that they had emitted. */
  readonly wastedPromptTokens: number;
  readonly wastedOutputTokens: number;
  /** Tokens of prompts and output of answered requests. */
  readonly answeredTokens: number;
  /** Width of the buckets: [buckets] */
  readonly bucketNs: number;
  readonly attemptsIn: Float64Array;
  readonly wastedTokensIn: Float64Array;
  /** Totals of all breakers, if there are any: how often they opened, and for how long they were open. */
  readonly breakers: { readonly opened: number; readonly openNs: number } | undefined;
}
