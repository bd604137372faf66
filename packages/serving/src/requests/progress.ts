/** Progress of a request that goes on in another pool. */
export interface Progress {
  /** Tokens that its client has, and when it had the last. */
  readonly out: number;
  readonly tokenNs: number;
  /** The same of those that were streamed together. */
  readonly streamed: number;
  readonly streamedNs: number;
}
