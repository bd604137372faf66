import type { BatchId, SchedulerObserver } from "../requests/request-observer.ts";
import type { StatesRule } from "../states-rule.ts";
import type { DataGroup, Outcome, Service } from "./data-group.ts";
import type { DecodingMembers } from "./decoding/decoding-members.ts";
import { streamTokens } from "./decoding/streamed-gaps.ts";
import type { Pressure } from "./pressure.ts";
import { dismiss, giveBack, putBack, take } from "./running.ts";
import type { Share } from "./share.ts";

/**
 * Tokens of a prompt of `target` that a pass computes after `past`, of at most `budget`. Where states are kept at the ends of blocks only, so end its chunks: the last
 * but one at the last such place. Source: docs/models/mixers.md#states.
 */
export function chunkOf(past: number, target: number, budget: number, states: KeptStates): number {
  const end = past + Math.min(target - past, budget);
  if (states === undefined || !states.endsChunks) return end - past;
  const { promptTokens } = states;
  const last = Math.floor(target / promptTokens) * promptTokens;
  if (past >= last) return end - past;
  return Math.max(0, Math.floor(Math.min(end, last) / promptTokens) * promptTokens - past);
}

type KeptStates = NonNullable<StatesRule["kept"]>["states"];

/** Sequences of one data group in one micro-batch whose prompt is under way, in order of admission. */
export class Prompts {
  /** Number of prompts, as most passes have none and check it often. */
  size = 0;
  readonly #slots: number[] = [];
  readonly #group: DataGroup;
  readonly #service: Service;
  readonly #batch: BatchId;
  readonly #share: Share;
  readonly #pressure: Pressure;

  constructor(group: DataGroup, service: Service, batch: BatchId, share: Share, pressure: Pressure) {
    this.#group = group;
    this.#service = service;
    this.#batch = batch;
    this.#share = share;
    this.#pressure = pressure;
  }

  /** `slot` is admitted. */
  enter(slot: number): void {
    this.size = this.#slots.push(slot);
  }

  /** Computes the next chunk of each prompt, at most `budget` tokens in all. Returns the rest of the budget. */
  compute(budget: number, nowNs: number, observer: SchedulerObserver): number {
    const { target, cached, readyNs } = this.#service.sequences;
    const { reuse } = this.#group;
    const slots = this.#slots;
    let left = budget;
    for (let i = 0; i < slots.length && left > 0; i++) {
      const slot = slots[i]!;
      const waited = readyNs[slot]! >= 0;
      if (waited && !(reuse?.hasCome(slot, nowNs) ?? readyNs[slot]! <= nowNs)) continue;
      const chunk = chunkOf(cached[slot]!, target[slot]!, left, this.#service.limits.states?.kept?.states);
      if (chunk === 0) break;
      if (!this.#makeRoom(slot, chunk, nowNs, observer)) break;
      if (waited) this.start(slot, nowNs, observer);
      this.computeChunk(slot, chunk);
      left -= chunk;
    }
    if (reuse !== undefined && !this.#pressure.felt) for (const slot of slots) reuse.share(slot);
    return left;
  }

  /** `slot` is computed from now on. */
  start(slot: number, nowNs: number, observer: SchedulerObserver): void {
    this.#service.sequences.readyNs[slot] = -1;
    observer.started(slot, this.#batch, nowNs);
  }

  /** Adds a chunk of `chunk` tokens of `slot` to the current pass; there is room for it. */
  computeChunk(slot: number, chunk: number): void {
    const { limits, sequences } = this.#service;
    const past = sequences.cached[slot]!;
    const held = Math.ceil((past + chunk) / limits.blockTokens);
    take(held - sequences.blocks[slot]!, this.#group);
    sequences.blocks[slot] = held;
    sequences.chunk[slot] = chunk;
    this.#share.addPrompt(past, chunk, past + chunk === sequences.target[slot], 1, this.#service.requests.classIndex[slot]!);
  }

  /** The pass has ended: those that have computed all of their prompt yield a token, and join the `decoders`. */
  finish(decoders: DecodingMembers, nowNs: number, observer: SchedulerObserver, outcome: Outcome): void {
    const { cached, chunk, past, target } = this.#service.sequences;
    const { reuse } = this.#group;
    const slots = this.#slots;
    let kept = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      const before = cached[slot]!;
      if (chunk[slot]! > 0) past[slot] = before;
      cached[slot]! += chunk[slot]!;
      chunk[slot] = 0;
      reuse?.share(slot);
      reuse?.leaveState(slot, before);
      if (cached[slot]! < target[slot]!) slots[kept++] = slot;
      else this.#yieldToken(slot, decoders, nowNs, observer, outcome);
    }
    while (slots.length > kept) slots.pop(); // a length that is set lets the array's room go
    this.size = kept;
  }

  /** Aborts the pass: each prompt returns the blocks of its chunk, except those that others share already, which will be computed. */
  breakOff(): void {
    const { limits, sequences } = this.#service;
    const { chunk, cached, blocks, shared } = sequences;
    for (const slot of this.#slots) {
      if (chunk[slot] === 0) continue;
      chunk[slot] = 0;
      const held = Math.max(Math.ceil(cached[slot]! / limits.blockTokens), shared[slot]!);
      putBack(blocks[slot]! - held, this.#group);
      blocks[slot] = held;
    }
  }

  /** Removes the preempted `slot` and its chunk from the current pass. */
  remove(slot: number): void {
    const { cached, chunk, target } = this.#service.sequences;
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.size = this.#slots.length;
    const tokens = chunk[slot]!;
    if (tokens === 0) return;
    const past = cached[slot]!;
    this.#share.addPrompt(past, tokens, past + tokens === target[slot], -1, this.#service.requests.classIndex[slot]!);
    chunk[slot] = 0;
  }

  /** Whether there are blocks for `chunk` more tokens of `slot`; preempts for them, in the end `slot` itself. */
  #makeRoom(slot: number, chunk: number, nowNs: number, observer: SchedulerObserver): boolean {
    const { limits, sequences } = this.#service;
    const wanted = Math.ceil((sequences.cached[slot]! + chunk) / limits.blockTokens) - sequences.blocks[slot]!;
    while (wanted > this.#group.pool.free) {
      const victim = this.#pressure.relieve(nowNs, observer);
      if (victim < 0 || victim === slot) return false;
    }
    return true;
  }

  /** Token number `out` of `slot`, not its first, is with the client. */
  #giveToken(slot: number, out: number, nowNs: number, isLast: boolean, observer: SchedulerObserver): void {
    const { limits, sequences } = this.#service;
    if (limits.streamInterval === 1) observer.gaps(nowNs - sequences.tokenNs[slot]!, 1);
    else streamTokens(slot, out, nowNs, isLast, limits.streamInterval, sequences, (ns, count) => observer.gaps(ns, count));
    sequences.tokenNs[slot] = nowNs;
  }

  /** Emits a token of `slot`, whose tokens before it are all cached. */
  #yieldToken(slot: number, decoders: DecodingMembers, nowNs: number, observer: SchedulerObserver, { firsts, finished }: Outcome): void {
    const { limits, requests, sequences } = this.#service;
    const out = sequences.out[slot]!;
    const isLast = requests.outputTokens[slot] === out + 1;
    if (out === 0) {
      firsts.push(slot);
      sequences.begin(slot, 1, nowNs);
    } else {
      if (isLast || limits.keepsFirst !== true) this.#giveToken(slot, out + 1, nowNs, isLast, observer);
      sequences.out[slot] = out + 1;
    }
    if (limits.promptsOnly || isLast) {
      if (limits.promptsOnly)
        this.#group.owed += sequences.blocks[slot]!; // it keeps them, and is no longer among those that are served
      else giveBack(slot, sequences.blocks[slot]!, sequences.cached[slot]!, this.#group, this.#service);
      dismiss(slot, this.#group, this.#service);
      finished.push(slot);
      return;
    }
    sequences.tokenNs[slot] = nowNs;
    decoders.join(slot, nowNs);
  }
}
