import type { SchedulerObserver } from "../../requests/request-observer.ts";
import type { DataGroup } from "../data-group.ts";
import type { Share } from "../share.ts";
import type { PassGaps } from "./pass-gaps.ts";

/** The decoding sequences of a data group in one micro-batch. */
export interface DecodingMembers {
  readonly size: number;
  /** Blocks that the next step opens. */
  readonly opens: number;
  /** `slot`, all of which is cached and whose last token was out at `tokenNs`, decodes from the next step on. */
  join(slot: number, tokenNs: number): void;
  /** Computes the tokens of the next step, and the blocks that it opens. */
  prepare(): void;
  /** The step goes into `share`, before anything else of the pass. */
  fill(share: Share): void;
  /** Claims the step's blocks from `group`. */
  reserve(group: DataGroup): void;
  /** Aborts the step. */
  breakOff(group: DataGroup): void;
  /** Removes a sequence of class number `classIndex` with `tokens` cached tokens, which was just stopped, from `share`. */
  forget(share: Share, tokens: number, classIndex: number, group: DataGroup): void;
  /** Ends the step. Returns true if it was the last step of some sequences, which `ended` returns. */
  finishStep(nowNs: number, pass: PassGaps, observer: SchedulerObserver): boolean;
  /**
   * Removes and returns a sequence that had its last token in this step; −1: none. Gaps before its last streamed tokens belong to the
   * `pass`.
   */
  ended(pass: PassGaps, observer: SchedulerObserver): number;
  /** Removes `slot` before its last token; the time of its latest token is kept. */
  remove(slot: number): void;
  /** Takes `slot` out of the sums; returns the tokens of it that are cached. */
  stop(slot: number): number;
  /** Blocks that `slot` holds with `tokens` cached tokens. */
  blocksOf(slot: number, tokens: number): number;
  /** Tokens of `slot` that are cached beside those that its column has. */
  decodedTokens(slot: number): number;
  /** Tokens of `slot` that were cached before its last pass. */
  settledTokens(slot: number): number;
}
