import type { RequestLog } from "../scheduler.ts";
import type { BlockPool } from "./block-pool.ts";
import type { Members } from "./members.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** A data group of a replica: who waits for it, how many it serves, and its cache; the micro-batches of the replica share them. */
export interface DataGroup {
  readonly waiting: WaitingRoom;
  readonly pool: BlockPool;
  /** Sequences that are served, in all micro-batches. */
  running: number;
  /** The sequence that was admitted last, of all micro-batches; −1: none. */
  youngest: number;
  /** [micro-batches] */
  readonly members: Members[];
  /** Tokens that were cached and lost in preemptions. */
  recomputedTokens: number;
}

/** What all data groups have in common. */
export interface Limits {
  readonly tokenBudget: number;
  readonly maxSequences: number;
  readonly blockTokens: number;
}

/** When prompts are computed: what tells the continuous schedulers apart. */
export interface Turns {
  /** Prompts stop the decodes: a pass that computes any decodes nobody. */
  readonly promptsAlone: boolean;
  /** For how many passes from number `pass` on, itself included, no prompt may be computed beside decodes. 0: it may. */
  withoutPrompts(pass: number): number;
}

/** Takes down what becomes of requests until it may be told in order. */
export interface Outcome {
  readonly log: RequestLog;
  readonly firsts: number[];
  readonly finished: number[];
}
