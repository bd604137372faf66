import type { BatchId, SchedulerObserver } from "../requests/request-observer.ts";
import { Admission } from "./admission.ts";
import type { DataGroup, Outcome, Residents, Service } from "./data-group.ts";
import { Decoders } from "./decoding/decoders.ts";
import type { DecodingMembers } from "./decoding/decoding-members.ts";
import type { PassGaps } from "./decoding/pass-gaps.ts";
import { VerifiedDecoders } from "./decoding/verified-decoders.ts";
import { Handovers } from "./handovers.ts";
import { Pressure } from "./pressure.ts";
import { Prompts } from "./prompts.ts";
import { dismiss, giveBack, take } from "./running.ts";
import type { Share } from "./share.ts";

/** The sequences of one data group in one micro-batch: those that decode, and those whose prompt is computed or comes from elsewhere. */
export class Members implements Residents {
  readonly #group: DataGroup;
  readonly #service: Service;
  readonly #batch: BatchId & { readonly running: boolean };
  readonly #share: Share;
  readonly #decoders: DecodingMembers;
  /** The decoding members whose steps are known before they run. */
  readonly #foreseen: Decoders | undefined;
  readonly #pressure: Pressure;
  readonly #prompts: Prompts;
  readonly #handovers: Handovers;
  readonly #admission: Admission;
  /** Whether the decodes of the current pass are in the share, while it is formed. */
  #formed = false;

  /** Adds the work of a pass to `share`. */
  constructor(group: DataGroup, service: Service, batch: BatchId & { readonly running: boolean }, share: Share) {
    this.#group = group;
    this.#service = service;
    this.#batch = batch;
    this.#share = share;
    const { limits, requests, sequences, speculation } = service;
    this.#foreseen = speculation === undefined ? new Decoders(limits, requests, sequences) : undefined;
    this.#decoders = this.#foreseen ?? new VerifiedDecoders(limits, requests, sequences, speculation!, batch.replica);
    this.#pressure = new Pressure(group, service, batch);
    this.#prompts = new Prompts(group, service, batch, share, this.#pressure);
    this.#handovers = new Handovers(group, service, batch);
    this.#admission = new Admission(group, service, batch, this.#prompts, this.#handovers);
  }

  get inFlight(): boolean {
    return this.#batch.running;
  }

  get size(): number {
    return this.#decoders.size + this.#prompts.size + this.#handovers.size;
  }

  /** Whether anybody is to compute anything, as far as there is room. */
  get isBusy(): boolean {
    return this.#decoders.size + this.#prompts.size > 0;
  }

  /** Whether the current pass found too few blocks. */
  get isPressed(): boolean {
    return this.#pressure.felt;
  }

  get decoding(): number {
    return this.#decoders.size;
  }

  get prompting(): number {
    return this.#prompts.size;
  }

  /** Fills the share with the group's work in pass number `pass`: decodes first, then prompts in progress, then new ones. */
  form(pass: number, nowNs: number, observer: SchedulerObserver): void {
    const { limits, turns } = this.#service;
    this.#pressure.felt = false;
    if (this.#handovers.size > 0) this.#handovers.takeLanded(this.#decoders, nowNs, observer);
    if (turns.promptsAlone) {
      this.#share.begin(0, 0, 0);
      this.#computePrompts(limits.tokenBudget, nowNs, observer);
      if (this.#share.sequences === 0) this.#decode(nowNs, observer);
    } else if (this.#decode(nowNs, observer) && this.#prompts.size + this.#group.waiting.size > 0) {
      if (this.#decoders.size === 0 || turns.withoutPrompts(pass) === 0)
        this.#computePrompts(limits.tokenBudget - this.#share.decodingTokens, nowNs, observer);
    }
    this.#formed = false;
  }

  /**
   * Number of passes from number `pass` on, including the current one, that will only decode. They are ended by the last token of a
   * sequence, a cache without room for the next step, the eviction of a block that balancers know, or the turn of a prompt. A prompt that
   * had to wait in this pass waits in all of them, as the cache only fills meanwhile. While a sequence grows into a window, steps are taken
   * one by one. With several `batches` each foresees its part of the cache, and nothing if a request waits, for which another may make
   * room.
   */
  foreseen(pass: number, batches: number): number {
    const decoders = this.#foreseen;
    const prompts = this.#prompts.size;
    if (decoders === undefined) return this.#decoders.size + prompts > 0 ? 1 : Number.POSITIVE_INFINITY;
    if (this.#pressure.felt || (decoders.windowed !== undefined && decoders.windowed.growing > 0)) return 1;
    if (batches > 1 && (this.#group.waiting.size > 0 || this.#handovers.landed > 0)) return 1;
    if (decoders.size === 0) return prompts > 0 ? 1 : Number.POSITIVE_INFINITY;
    let count = decoders.stepsToLast;
    if (prompts > 0 || this.#group.waiting.size > 0) {
      const turn = this.#service.turns.withoutPrompts(pass);
      if (turn > 0) count = Math.min(count, turn);
      else if (prompts > 0) return 1;
    }
    return decoders.stepsThatFit(count, Math.floor(this.#group.pool.unnoticed / batches));
  }

  /** The share has the next step of those that decode, and of nothing else. */
  renew(): void {
    if (this.#foreseen === undefined) return;
    const { size, contextTokens, windowed } = this.#foreseen;
    this.#share.begin(size, contextTokens, windowed === undefined ? contextTokens : windowed.tokens);
  }

  /**
   * Ends the first `steps` of a foreseen run at `endsNs`; the blocks of the step after them are claimed. The gaps that end with the first
   * belong to `first`. Adds to `openedBy` as `Decoders.advance` does; returns the number that decode.
   */
  advance(steps: number, endsNs: Float64Array, openedBy: Float64Array, first: PassGaps, observer: SchedulerObserver): number {
    const decoders = this.#foreseen;
    if (decoders === undefined || decoders.size === 0) return 0;
    const opened = decoders.advance(steps, endsNs, openedBy, first, observer);
    if (opened > 0) take(opened, this.#group);
    return decoders.size;
  }

  /** The pass that the share has has ended: its tokens are out. */
  finish(nowNs: number, observer: SchedulerObserver, outcome: Outcome): void {
    if (this.#share.decoding > 0 && this.#decoders.finishStep(nowNs, outcome.gaps, observer)) this.#dismissEnded(outcome, observer);
    if (this.#prompts.size > 0) this.#prompts.finish(this.#decoders, nowNs, observer, outcome);
  }

  /** Aborts the share's part of a pass: none of its tokens are emitted. */
  breakOff(): void {
    if (this.#share.decoding > 0) this.#decoders.breakOff(this.#group);
    this.#prompts.breakOff();
  }

  reserve(nowNs: number, observer: SchedulerObserver): boolean {
    return this.#handovers.reserve(nowNs, observer);
  }

  land(slot: number): void {
    this.#handovers.land(slot);
  }

  withdraw(slot: number): void {
    this.#handovers.withdraw(slot);
  }

  cachedTokens(slot: number): number {
    return this.#service.sequences.cached[slot]! + this.decodedTokens(slot);
  }

  settledTokens(slot: number): number {
    return this.#decoders.settledTokens(slot);
  }

  decodedTokens(slot: number): number {
    return this.#decoders.decodedTokens(slot);
  }

  preempt(slot: number, nowNs: number, observer: SchedulerObserver): void {
    const { requests, sequences } = this.#service;
    const { reuse, waiting } = this.#group;
    const waited = sequences.readyNs[slot]! >= 0;
    const tokens = sequences.joinStep[slot]! >= 0 ? this.#stopDecoding(slot) : this.#stopPrompt(slot);
    this.#group.recomputedTokens += tokens;
    reuse?.lose(slot, tokens);
    sequences.target[slot] = requests.promptTokens[slot]! + sequences.out[slot]!;
    sequences.cached[slot] = 0;
    sequences.past[slot] = 0;
    sequences.readyNs[slot] = -1;
    sequences.blocks[slot] = 0;
    dismiss(slot, this.#group, this.#service);
    waiting.enterAgain(slot);
    if (!waited) observer.preempted(slot, this.#batch, nowNs); // it was not reported that one that waited for its blocks had started
  }

  /** Adds the decodes of all if there are blocks for their next step; returns false if they wait for those. */
  #decode(nowNs: number, observer: SchedulerObserver): boolean {
    const decoders = this.#decoders;
    const { pool } = this.#group;
    for (decoders.prepare(); decoders.opens > pool.free; decoders.prepare()) {
      if (this.#pressure.relieve(nowNs, observer) >= 0) continue;
      this.#share.begin(0, 0, 0);
      return false;
    }
    decoders.fill(this.#share);
    if (decoders.size === 0) return true;
    decoders.reserve(this.#group);
    this.#formed = true;
    return true;
  }

  #computePrompts(budget: number, nowNs: number, observer: SchedulerObserver): void {
    const left = this.#prompts.size === 0 ? budget : this.#prompts.compute(budget, nowNs, observer);
    if (!this.#pressure.felt && !this.#group.isClosed && this.#group.waiting.size > 0) this.#admission.admit(left, nowNs, observer);
  }

  #dismissEnded({ finished, gaps }: Outcome, observer: SchedulerObserver): void {
    const decoders = this.#decoders;
    for (let slot = decoders.ended(gaps, observer); slot >= 0; slot = decoders.ended(gaps, observer)) {
      this.#giveUp(slot);
      dismiss(slot, this.#group, this.#service);
      finished.push(slot);
    }
  }

  /** Releases the blocks of `slot`, which stops decoding. Returns its cached tokens. */
  #giveUp(slot: number): number {
    const tokens = this.#decoders.stop(slot);
    giveBack(slot, this.#decoders.blocksOf(slot, tokens), tokens, this.#group, this.#service);
    return tokens;
  }

  /** Removes `slot` from the decoding sequences, and its decode from the current pass. Returns its cached tokens. */
  #stopDecoding(slot: number): number {
    this.#decoders.remove(slot);
    const tokens = this.#giveUp(slot);
    if (this.#formed) this.#decoders.forget(this.#share, tokens, this.#service.requests.classIndex[slot]!, this.#group);
    return tokens;
  }

  /** Takes `slot` from those whose prompt is under way. Returns the tokens of it that were cached. */
  #stopPrompt(slot: number): number {
    const { blocks, cached } = this.#service.sequences;
    this.#prompts.remove(slot);
    giveBack(slot, blocks[slot]!, cached[slot]!, this.#group, this.#service);
    return cached[slot]!;
  }
}
