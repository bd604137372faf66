/** What a server takes. */
export interface Abilities {
  /** Prompts as ids of tokens, which are counted exactly. */
  readonly tokenIds: boolean;
  /** `ignore_eos` and `min_tokens`, so that outputs have the length that is asked for. */
  readonly fixedOutputs: boolean;
  /** Counts in every chunk, and ids of its tokens. */
  readonly counts: boolean;
  /** Whether the stream ends with the server's counts. */
  readonly usage: boolean;
}
