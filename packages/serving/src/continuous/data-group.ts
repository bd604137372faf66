import type { BatchSizes } from "../batches/batch-sizes.ts";
import type { Reuse } from "../prefix/reuse.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { Speculation } from "../speculation/speculation.ts";
import type { StatesRule } from "../states-rule.ts";
import type { BlockPool } from "./block-pool.ts";
import type { PassGaps } from "./decoding/pass-gaps.ts";
import type { Sequences } from "./sequences.ts";
import type { SlotList } from "./slot-list.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** The sequences of a data group in one micro-batch, as the group knows them. */
export interface Residents {
  /** Whether its sequences are on the stages, whose work cannot be preempted. */
  readonly inFlight: boolean;
  /** Preempts the sequence in `slot`: it loses its cache and waits again. */
  preempt(slot: number, nowNs: number, observer: SchedulerObserver): void;
  /** Tokens of `slot`, one of them, that are cached. */
  cachedTokens(slot: number): number;
  /** Tokens of `slot` that were cached before its last pass. */
  settledTokens(slot: number): number;
  /** Tokens that `slot` has put out, beside those that its columns have. */
  decodedTokens(slot: number): number;
  /** How many they are, whatever they do. */
  readonly size: number;
  /** Admits the first waiting request, if its cache is elsewhere and there is room for it; returns false if not. */
  reserve(nowNs: number, observer: SchedulerObserver): boolean;
  /** Records that the cache of `slot`, one of them, has arrived. */
  land(slot: number): void;
  /** Cancels the transfer to `slot`, one of them; also while they are on the stages. */
  withdraw(slot: number): void;
}

/**
 * A data group of a replica: its waiting requests, the number that it serves, and its cache; the micro-batches of the replica share them.
 */
export interface DataGroup {
  readonly waiting: WaitingRoom;
  readonly pool: BlockPool;
  /** Reuse of the pool's blocks, where blocks are kept for others to share. */
  readonly reuse: Reuse | undefined;
  /** For states, where they do not take blocks of the pool. */
  readonly slots: BlockPool | undefined;
  /** Whether no waiting request may join the pass being formed. */
  isClosed: boolean;
  /** Sequences that are served, in all micro-batches. */
  running: number;
  /** Blocks that these have yet to take until the last token of each, those shared with a prefix cache counted for each of them. */
  owed: number;
  /** The sequence that was admitted last, of all micro-batches; −1: none. */
  youngest: number;
  /** [micro-batches] */
  readonly members: Residents[];
  /** Tokens that were cached and lost in preemptions. */
  recomputedTokens: number;
  /** Prompt tokens of requests that were admitted which were cached when those came. */
  broughtTokens: number;
  /** Tokens of a checkpoint; Infinity: there are none. */
  readonly checkpointTokens: number;
  /** Tokens in whole checkpoints of those that gave their blocks back. */
  copiedTokens: number;
}

/** State of a data group that serves no request yet. */
export const EMPTY = { isClosed: false, running: 0, owed: 0, youngest: -1, recomputedTokens: 0, broughtTokens: 0, copiedTokens: 0 };

/** Limits that all data groups share. */
export interface Limits {
  readonly tokenBudget: number;
  readonly maxSequences: number;
  readonly blockTokens: number;
  /**
   * Room that a waiting request needs for admission: that of its first pass, of all tokens before its next one, or of all tokens that it
   * ever caches.
   */
  readonly admission: "chunk" | "prompt" | "output";
  /** Tokens that the attention of windowed layers sees; Infinity where there are none. */
  readonly window: number;
  /** Rows whose attention is computed at once. */
  readonly attentionChunk: number;
  /** Captured batch sizes of decode-only steps, where there are any. */
  readonly batchSizes: BatchSizes | undefined;
  /** Only prompts are computed: a sequence ends with its first token, and keeps its blocks until they are released. */
  readonly promptsOnly: boolean;
  /** True if the client does not get the first token of a request that goes on to another pool from here. */
  readonly keepsFirst?: boolean;
  /** True if this pool emits the first token, with the first step, for a request whose prompt another pool computed. */
  readonly givesFirst?: boolean;
  /** Rule for what requests keep beside the blocks of their tokens, in models whose layers keep more. */
  readonly states?: StatesRule | undefined;
  /** Number of classes of requests, where passes count their tokens by class. */
  readonly classes?: number | undefined;
  /** Most tokens beyond its own that a sequence has room for: drafts that a step verifies. */
  readonly lookahead: number;
  /** Tokens after the first that are streamed to the client together. */
  readonly streamInterval: number;
  /** Number of passes of each micro-batch, after which no more are formed. */
  readonly passes: number;
}

/** Times at which prompts are computed, the difference between the continuous schedulers. */
export interface Turns {
  /** Prompts stop the decodes: a pass that computes any decodes no sequence. */
  readonly promptsAlone: boolean;
  /** For how many passes from number `pass` on, itself included, no prompt may be computed beside decodes. 0: it may. */
  withoutPrompts(pass: number): number;
}

/** What all data groups share to serve requests. */
export interface Service {
  readonly limits: Limits;
  readonly turns: Turns;
  readonly requests: RequestSlots;
  readonly sequences: Sequences;
  /** Speculation, where steps verify drafts. */
  readonly speculation: Speculation | undefined;
  /** Whether a is preempted before b; undefined: the younger is. */
  readonly yieldsTo: ((a: number, b: number) => boolean) | undefined;
}

/** Records outcomes of requests until they may be reported in order. */
export interface Outcome {
  readonly firsts: SlotList;
  readonly finished: SlotList;
  readonly gaps: PassGaps;
}
