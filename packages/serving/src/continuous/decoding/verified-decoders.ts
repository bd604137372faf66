import { attendedPairs } from "@tokenyard/model";
import type { SchedulerObserver } from "../../requests/request-observer.ts";
import type { RequestSlots } from "../../requests/request-slots.ts";
import type { Speculation } from "../../speculation/speculation.ts";
import type { SpeculationTally } from "../../speculation/speculation-tally.ts";
import type { DataGroup, Limits } from "../data-group.ts";
import { take } from "../running.ts";
import type { Sequences } from "../sequences.ts";
import type { Share } from "../share.ts";
import type { DecodingMembers } from "./decoding-members.ts";
import type { PassGaps } from "./pass-gaps.ts";
import { streamTokens } from "./streamed-gaps.ts";

/**
 * The decoding sequences of a data group in one micro-batch, with drafts: each step verifies the drafts of all, and each sequence advances
 * by the accepted ones and one more. They have room for all drafts of a step; rejected ones are overwritten. Source:
 * docs/models/scheduling.md#speculative-decoding.
 */
export class VerifiedDecoders implements DecodingMembers {
  size = 0;
  opens = 0;
  /** Tokens of each sequence in the current step: its drafts and one. */
  each = 1;
  /** Drafts after each other among these. */
  #drafts = 0;
  readonly ofClass: Int32Array | undefined;
  // Of the current step, sums over sequences; cached tokens before it, and the blocks that it opens:
  #past = 0;
  #needs = 0;
  #needsEach = 1;
  contextTokens = 0;
  pairs = 0;
  windowedTokens = 0;
  windowedPairs = 0;

  readonly #limits: Limits;
  readonly #requests: RequestSlots;
  readonly #sequences: Sequences;
  readonly #speculation: Speculation;
  readonly #tally: SpeculationTally;
  /** Slots that decode, in no order; and [slots] the index of each among them. */
  readonly #slots: number[] = [];
  readonly #places: number[] = [];
  readonly #ended: number[] = [];

  constructor(limits: Limits, requests: RequestSlots, sequences: Sequences, speculation: Speculation, replica: number) {
    this.ofClass = limits.classes === undefined ? undefined : new Int32Array(limits.classes);
    this.#limits = limits;
    this.#requests = requests;
    this.#sequences = sequences;
    this.#speculation = speculation;
    this.#tally = speculation.tallies[replica]!;
  }

  join(slot: number, tokenNs: number): void {
    const { joinStep, tokenNs: since } = this.#sequences;
    joinStep[slot] = 0;
    since[slot] = tokenNs;
    this.#places[slot] = this.#slots.push(slot) - 1;
    this.size++;
    this.#past += this.#sequences.cached[slot]!;
    this.#needs += this.#needOf(slot);
    if (this.ofClass !== undefined) this.ofClass[this.#requests.classIndex[slot]!]!++;
  }

  /** Blocks that `slot` opens in a step. */
  #needOf(slot: number): number {
    const { cached, blocks } = this.#sequences;
    return Math.max(0, Math.ceil((cached[slot]! + this.#needsEach) / this.#limits.blockTokens) - blocks[slot]!);
  }

  prepare(): void {
    this.#drafts = this.#speculation.draftsOf(this.size);
    const each = this.#speculation.verifiedOf(this.#drafts);
    if (each !== this.#needsEach) {
      this.#needsEach = each;
      this.#needs = 0;
      for (let i = 0; i < this.#slots.length; i++) this.#needs += this.#needOf(this.#slots[i]!);
    }
    this.each = each;
    this.opens = this.#needs;
    this.contextTokens = this.#past + each * this.size;
    this.pairs = each * this.#past + (this.size * each * (each + 1)) / 2;
    this.windowedTokens = this.contextTokens;
    this.windowedPairs = this.pairs;
    if (this.#limits.window !== Number.POSITIVE_INFINITY) this.#prepareWindowed(this.#limits.window);
  }

  #prepareWindowed(window: number): void {
    const { cached } = this.#sequences;
    const { each } = this;
    this.windowedTokens = 0;
    this.windowedPairs = 0;
    for (let i = 0; i < this.#slots.length; i++) {
      const past = cached[this.#slots[i]!]!;
      this.windowedTokens += Math.min(past + each, each + window - 1);
      this.windowedPairs += attendedPairs(past, each, window);
    }
  }

  fill(share: Share): void {
    share.beginVerifying(this);
  }

  reserve(group: DataGroup): void {
    if (this.opens === 0) return;
    const { cached, blocks } = this.#sequences;
    const { blockTokens } = this.#limits;
    take(this.opens, group);
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i]!;
      blocks[slot] = Math.max(blocks[slot]!, Math.ceil((cached[slot]! + this.each) / blockTokens));
    }
    this.opens = 0;
    this.#needs = 0;
  }

  /** Sequences keep the room of the step, as it is taken again. */
  breakOff(): void {}

  forget(share: Share, tokens: number, classIndex: number): void {
    share.forgetVerified(tokens, this.each, classIndex);
  }

  finishStep(nowNs: number, pass: PassGaps, observer: SchedulerObserver): boolean {
    const { cached, past, out, tokenNs } = this.#sequences;
    const { outputTokens } = this.#requests;
    const drafts = this.#drafts;
    const interval = this.#limits.streamInterval;
    const tally = this.#tally;
    let burst = 0;
    let needs = 0;
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i]!;
      const left = outputTokens[slot]! - out[slot]!;
      const accepted = Math.min(drafts === 0 ? 0 : this.#speculation.accepted(slot, out[slot]!, drafts), left - 1);
      for (let at = 0; at < accepted; at++) tally.accepted[at]!++;
      if (interval > 1)
        streamTokens(slot, out[slot]! + accepted + 1, nowNs, accepted + 1 === left, interval, this.#sequences, (ns, count) =>
          pass.add(ns, count, observer),
        );
      else pass.add(nowNs - tokenNs[slot]!, 1, observer);
      burst += accepted;
      past[slot] = cached[slot]!;
      cached[slot] = cached[slot]! + accepted + 1;
      out[slot] = out[slot]! + accepted + 1;
      tokenNs[slot] = nowNs;
      needs += this.#needOf(slot);
      if (accepted + 1 === left) this.#ended.push(slot);
    }
    this.#needs = needs;
    this.#past += this.size + burst;
    if (burst > 0 && interval === 1) pass.add(0, burst, observer);
    if (drafts > 0) {
      tally.steps += this.size;
      tally.drafted += this.size * (this.each - 1);
    }
    tally.decodeSteps += this.size;
    tally.tokens += this.size + burst;
    return this.#ended.length > 0;
  }

  ended(): number {
    const slot = this.#ended.pop();
    return slot ?? -1;
  }

  remove(): void {}

  stop(slot: number): number {
    const { cached, joinStep } = this.#sequences;
    const place = this.#places[slot]!;
    const last = this.#slots.pop()!;
    if (last !== slot) {
      this.#slots[place] = last;
      this.#places[last] = place;
    }
    this.size--;
    this.#past -= cached[slot]!;
    this.#needs -= this.#needOf(slot);
    if (this.ofClass !== undefined) this.ofClass[this.#requests.classIndex[slot]!]!--;
    joinStep[slot] = -1;
    return cached[slot]!;
  }

  blocksOf(slot: number): number {
    return this.#sequences.blocks[slot]!;
  }

  decodedTokens(): number {
    return 0;
  }

  settledTokens(slot: number): number {
    return this.#sequences.past[slot]!;
  }
}
