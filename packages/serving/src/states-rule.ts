/** What requests keep beside the blocks of their tokens, and where a prefix may resume with it. Source: docs/models/mixers.md#states. */
export interface StatesRule {
  /** Tokens of a block. */
  readonly blockTokens: number;
  /** Blocks that a request of `tokens` tokens, prompt and output, keeps from its start to its end. */
  pinnedBlocks(tokens: number): number;
  /** Slots beside the blocks, of each data group, and how many a request has from its start to its end. */
  readonly slots?: { readonly count: number; readonly perRequest: number };
  /** Places where a prefix may resume; default: after each kept block. */
  readonly kept?: KeptRule;
}

/** Places where a prefix may resume, if blocks alone do not decide it. */
export interface KeptRule {
  /** Blocks, or slots, of one point. */
  readonly weight: number;
  /** Blocks of the host's memory that one uses. */
  readonly hostBlocks: number;
  /** Number of consecutive points, one a block, that are needed to resume: those of a window. */
  readonly pointsInRow: number;
  /** Places where states are kept; default: after each block. */
  readonly states?: {
    /** Tokens between places at which prompts and outputs leave one. */
    readonly promptTokens: number;
    readonly outputTokens: number;
    /** Whether the chunks of prompts end at such places. */
    readonly endsChunks: boolean;
  };
}
