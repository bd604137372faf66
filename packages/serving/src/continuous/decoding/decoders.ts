import type { SchedulerObserver } from "../../requests/request-observer.ts";
import type { RequestSlots } from "../../requests/request-slots.ts";
import type { DataGroup, Limits } from "../data-group.ts";
import { putBack, take } from "../running.ts";
import type { Sequences } from "../sequences.ts";
import type { Share } from "../share.ts";
import { DecodeWindow } from "./decode-window.ts";
import type { DecodingMembers } from "./decoding-members.ts";
import { LastSteps } from "./last-steps.ts";
import type { PassGaps } from "./pass-gaps.ts";
import { StreamedGaps, streamTokens } from "./streamed-gaps.ts";
import { TokenGaps } from "./token-gaps.ts";

/** For which there is room from the start: a limit may be higher than any load gets. */
const MOST_PLACES = 1024;

/**
 * The decoding sequences of a data group in one micro-batch, as sums alone, so that a step costs in the order of what changes: their
 * number, their context, the step that ends each, and the number that open a new block at each step modulo the block.
 */
export class Decoders implements DecodingMembers {
  /** Decode steps so far. */
  step = 0;
  size = 0;
  /** Context of all of them in their next step, Σ (past + 1). */
  contextTokens = 0;
  /** Blocks that the next step opens. */
  opens = 0;
  /** Since when each waits for its next token. */
  readonly gaps = new TokenGaps();

  /** [classes] how many of each there are, where passes have them. */
  readonly ofClass: Int32Array | undefined;

  /** Gaps where tokens are streamed several at a time. */
  readonly #streamed: StreamedGaps | undefined;
  readonly #interval: number;
  readonly #requests: RequestSlots;
  readonly #sequences: Sequences;
  readonly #blockTokens: number;
  readonly #lastSteps: LastSteps;
  /** Their context in layers with a window; undefined where there are none. */
  readonly windowed: DecodeWindow | undefined;
  /** How many open a block at step s, by s modulo the tokens of a block. */
  readonly #opening: Int32Array;
  /** When the last step ended. */
  #decodedNs = 0;

  constructor({ blockTokens, maxSequences, window, classes, streamInterval = 1 }: Limits, requests: RequestSlots, sequences: Sequences) {
    this.ofClass = classes === undefined ? undefined : new Int32Array(classes);
    this.#streamed = streamInterval > 1 ? new StreamedGaps(streamInterval, sequences) : undefined;
    this.#interval = streamInterval;
    this.#requests = requests;
    this.#sequences = sequences;
    this.#blockTokens = blockTokens;
    this.#lastSteps = new LastSteps(Math.min(maxSequences, MOST_PLACES));
    this.#opening = new Int32Array(blockTokens);
    this.windowed = Number.isFinite(window) ? new DecodeWindow(window) : undefined;
  }

  prepare(): void {}

  fill(share: Share): void {
    const { size, contextTokens, windowed } = this;
    share.begin(size, contextTokens, windowed === undefined ? contextTokens : windowed.tokens, this.ofClass);
  }

  reserve(group: DataGroup): void {
    if (this.opens > 0) take(this.opens, group);
  }

  breakOff(group: DataGroup): void {
    putBack(this.opens, group);
  }

  forget(share: Share, tokens: number, classIndex: number, group: DataGroup): void {
    share.forgetDecode(tokens + 1, classIndex);
    if (tokens % this.#blockTokens === 0) putBack(1, group); // the block that its token was to open
  }

  blocksOf(_slot: number, tokens: number): number {
    return Math.ceil(tokens / this.#blockTokens);
  }

  decodedTokens(slot: number): number {
    const { joinStep } = this.#sequences;
    return joinStep[slot]! >= 0 ? this.step - joinStep[slot]! : 0;
  }

  settledTokens(slot: number): number {
    const { cached, past } = this.#sequences;
    const steps = this.decodedTokens(slot);
    return steps > 0 ? cached[slot]! + steps - 1 : past[slot]!;
  }

  /** Steps until the first of them has its last token. */
  get stepsToLast(): number {
    return this.#lastSteps.earliest - this.step + 1;
  }

  /** Largest number of `count` steps, from the next one on, whose blocks after the first step fit into `free`. */
  stepsThatFit(count: number, free: number): number {
    if (free >= Math.ceil((count - 1) / this.#blockTokens) * this.size) return count;
    let left = free;
    for (let i = 1; i < count; i++) {
      left -= this.#opening[(this.step + i) % this.#blockTokens]!;
      if (left < 0) return i;
    }
    return count;
  }

  /** `slot`, all of which is cached and whose last token was out at `tokenNs`, decodes from the next step on. */
  join(slot: number, tokenNs: number): void {
    const { cached, joinStep, out } = this.#sequences;
    const context = cached[slot]! + 1;
    joinStep[slot] = this.step;
    this.#lastSteps.add(slot, this.step + this.#requests.outputTokens[slot]! - out[slot]! - 1);
    if (this.#streamed === undefined) this.gaps.join(tokenNs);
    else this.#streamed.join(slot);
    this.size++;
    if (this.ofClass !== undefined) this.ofClass[this.#requests.classIndex[slot]!]!++;
    this.contextTokens += context;
    this.windowed?.join(context, this.step);
    this.#opening[this.#opensAt(slot)]!++;
    this.#lookAhead();
  }

  /**
   * Ends `steps` steps at `endsNs`, in which no sequence ended. Adds the blocks that are opened as step i (from 0) ends to `openedBy` [tokens of a block], by i
   * modulo the block, and returns their sum. Gaps that end with the first step are counted in `first`.
   */
  advance(steps: number, endsNs: Float64Array, openedBy: Float64Array, first: PassGaps, observer: SchedulerObserver): number {
    const nowNs = endsNs[steps - 1]!;
    const period = this.#blockTokens;
    const rounds = Math.floor(steps / period);
    const rest = steps - rounds * period;
    let opened = rounds * this.size; // each opens one block in as many steps as a block has tokens
    for (let i = 0, count = rounds > 0 ? period : rest, at = this.step % period; i < count; i++) {
      at = at + 1 === period ? 0 : at + 1;
      const own = this.#opening[at]!;
      openedBy[i] = openedBy[i]! + own;
      if (i < rest) opened += own;
    }
    if (this.#streamed === undefined) this.gaps.close(endsNs[0]!, nowNs, this.size, first, observer);
    else for (let i = 0; i < steps; i++) this.#streamed.close(this.step + i, endsNs[i]!, first, observer);
    this.step += steps;
    this.opens = this.#opening[this.step % period]!;
    this.contextTokens += steps * this.size;
    this.#decodedNs = nowNs;
    return opened;
  }

  /** Ends the step: each sequence has one token more. Returns true if it is the last step of some, which `ended` returns. */
  finishStep(nowNs: number, pass: PassGaps, observer: SchedulerObserver): boolean {
    if (this.#streamed === undefined) this.gaps.close(nowNs, nowNs, this.size, pass, observer);
    else this.#streamed.close(this.step, nowNs, pass, observer);
    this.#decodedNs = nowNs;
    this.contextTokens += this.size;
    this.step++;
    this.opens = this.#opening[this.step % this.#blockTokens]!;
    this.windowed?.advance(this.step);
    return this.#lastSteps.earliest === this.step - 1;
  }

  /** Removes and returns a sequence that had its last token in the step that ended; −1: none. */
  ended(pass: PassGaps, observer: SchedulerObserver): number {
    if (this.#lastSteps.earliest !== this.step - 1) return -1;
    const slot = this.#lastSteps.leave();
    if (this.#streamed === undefined) this.gaps.leave(this.#decodedNs);
    else this.#endStream(slot, this.#streamed, pass, observer);
    return slot;
  }

  /** The rest of the tokens of `slot` is streamed with its last one. */
  #endStream(slot: number, streamed: StreamedGaps, pass: PassGaps, observer: SchedulerObserver): void {
    streamed.leave(slot, this.decodedTokens(slot));
    const out = this.#requests.outputTokens[slot]!;
    streamTokens(slot, out, this.#decodedNs, true, this.#interval, this.#sequences, (ns, count) => pass.add(ns, count, observer));
  }

  /** Removes `slot` before its last token; the time of its latest token is kept. */
  remove(slot: number): void {
    const { joinStep, tokenNs } = this.#sequences;
    if (joinStep[slot]! < this.step) tokenNs[slot] = this.#decodedNs;
    if (this.#streamed === undefined) this.gaps.leave(tokenNs[slot]!);
    else this.#streamed.leave(slot, this.decodedTokens(slot));
    this.#lastSteps.remove(slot);
  }

  /** Takes `slot` out of the sums; returns the tokens of it that are cached. */
  stop(slot: number): number {
    const { joinStep, cached, out } = this.#sequences;
    const steps = this.step - joinStep[slot]!;
    const now = cached[slot]! + steps;
    this.size--;
    if (this.ofClass !== undefined) this.ofClass[this.#requests.classIndex[slot]!]!--;
    this.contextTokens -= now + 1;
    this.windowed?.leave(now + 1, this.step);
    this.#opening[this.#opensAt(slot)]!--;
    this.#lookAhead();
    out[slot]! += steps;
    joinStep[slot] = -1;
    return now;
  }

  #lookAhead(): void {
    this.opens = this.#opening[this.step % this.#blockTokens]!;
  }

  /** Its next block is opened when as many tokens as fill whole blocks are cached: at joinStep + j with cached + j ≡ 0, modulo the block. */
  #opensAt(slot: number): number {
    const { joinStep, cached } = this.#sequences;
    const at = (joinStep[slot]! - cached[slot]!) % this.#blockTokens;
    return at < 0 ? at + this.#blockTokens : at;
  }
}
