/** Progress of a request that goes on in another pool. */
export interface Progress {
  /** Tokens that its client has, and when it had the last. */
  readonly out: number;
  readonly tokenNs: number;
  /** Tokens that were streamed, and the instant of the last. */
  readonly streamed: number;
  readonly streamedNs: number;
}
