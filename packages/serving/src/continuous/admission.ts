import type { Found } from "../prefix/prefix-cache.ts";
import type { BatchId, SchedulerObserver } from "../requests/request-observer.ts";
import type { DataGroup, Service } from "./data-group.ts";
import type { Handovers } from "./handovers.ts";
import { chunkOf, type Prompts } from "./prompts.ts";
import { admit, blocksToReserve, hasSlots, pin, pinnedBy, take } from "./running.ts";

/** Nothing of a sequence is kept. */
const NOTHING: Found = { blocks: 0, unheld: 0, onHost: 0, pointsOnHost: 0 };

/**
 * Admits the waiting requests of a data group to one of its micro-batches: to compute their prompt, or to decode if that is cached
 * elsewhere.
 */
export class Admission {
  readonly #group: DataGroup;
  readonly #service: Service;
  readonly #batch: BatchId;
  readonly #prompts: Prompts;
  readonly #handovers: Handovers;

  constructor(group: DataGroup, service: Service, batch: BatchId, prompts: Prompts, handovers: Handovers) {
    this.#group = group;
    this.#service = service;
    this.#batch = batch;
    this.#prompts = prompts;
    this.#handovers = handovers;
  }

  /** Admits requests while there is room and `budget` tokens are left. */
  admit(budget: number, nowNs: number, observer: SchedulerObserver): void {
    const { waiting, reuse, pool } = this.#group;
    const { limits, requests, sequences } = this.#service;
    const { blockTokens, maxSequences } = limits;
    let left = budget;
    while (left > 0 && waiting.size > 0 && this.#group.running < maxSequences) {
      const slot = waiting.peek();
      if (slot < 0) return; // no waiting request was looked for yet
      if (sequences.elsewhere[slot] === 1) {
        if (!this.#handovers.reserve(nowNs, observer)) return;
        continue;
      }
      const brought = requests.cachedTokens[slot]!;
      const found = (brought > 0 ? undefined : reuse?.find(slot)) ?? NOTHING;
      const past = Math.max(brought, sequences.saved[slot]!, (found.blocks + found.onHost) * blockTokens);
      const chunk = chunkOf(past, sequences.target[slot]!, left, limits.states?.kept?.states);
      if (chunk === 0) return;
      const needed = this.#needed(slot, past + chunk) + pinnedBy(slot, this.#service);
      if (needed - found.blocks + found.unheld > pool.free || !hasSlots(this.#group, this.#service)) return;
      waiting.leave();
      admit(slot, this.#batch.microBatch, this.#group, this.#service);
      this.#prompts.enter(slot);
      const readyNs = this.#came(slot, past, found, nowNs, observer);
      pin(slot, this.#group, this.#service);
      if (readyNs > nowNs) {
        observer.loading(slot, this.#batch.replica, readyNs);
        continue;
      }
      this.#prompts.start(slot, nowNs, observer);
      this.#prompts.computeChunk(slot, chunk);
      reuse?.share(slot);
      left -= chunk;
    }
  }

  /** Blocks for `slot` to be admitted, with those that it finds; `first`: the tokens that are cached after its first pass. Source: docs/models/scheduling.md#admission. */
  #needed(slot: number, first: number): number {
    const { limits, sequences } = this.#service;
    const { admission, blockTokens, promptsOnly } = limits;
    if (admission === "chunk") return Math.ceil(first / blockTokens);
    if (admission === "prompt" || promptsOnly) return Math.ceil(sequences.target[slot]! / blockTokens);
    return blocksToReserve(slot, this.#group, this.#service);
  }

  /** Starts `slot` with `past` tokens: brought, copied, or in the `found` blocks, whichever reach furthest. Returns the time when they are there. */
  #came(slot: number, past: number, found: Found, nowNs: number, observer: SchedulerObserver): number {
    const { requests, sequences, limits } = this.#service;
    if (requests.cachedTokens[slot]! > 0) return this.#bring(slot, past, nowNs);
    const isCopied = past > (found.blocks + found.onHost) * limits.blockTokens;
    sequences.saved[slot] = 0;
    return isCopied ? this.#restore(slot, past, found, nowNs, observer) : this.#begin(slot, found, nowNs);
  }

  /** Starts `slot` with `tokens` that were cached here before it arrived. Returns when they are available: now. */
  #bring(slot: number, tokens: number, nowNs: number): number {
    const { limits, requests, sequences } = this.#service;
    const blocks = Math.ceil(tokens / limits.blockTokens);
    take(blocks, this.#group);
    sequences.cached[slot] = tokens;
    sequences.blocks[slot] = blocks;
    this.#group.reuse?.receive(slot);
    this.#group.broughtTokens += tokens;
    requests.cachedTokens[slot] = 0; // these tokens are lost if the request is preempted
    return nowNs;
  }

  /** Starts `slot` with its `found` blocks. Returns the time when they are there. */
  #begin(slot: number, found: Found, nowNs: number): number {
    const { reuse } = this.#group;
    if (reuse === undefined) return nowNs;
    const readyNs = reuse.begin(slot, found, nowNs);
    this.#group.owed -= this.#service.sequences.blocks[slot]!;
    return readyNs;
  }

  /** Starts `slot` with `tokens` tokens from a copy; only those are loaded that the blocks `found` on the GPUs lack. Returns when they have arrived. */
  #restore(slot: number, tokens: number, found: Found, nowNs: number, observer: SchedulerObserver): number {
    const { sequences, limits } = this.#service;
    this.#begin(slot, { ...found, onHost: 0, pointsOnHost: 0 }, nowNs);
    const blocks = Math.ceil(tokens / limits.blockTokens);
    take(blocks - found.blocks, this.#group);
    sequences.cached[slot] = tokens;
    sequences.blocks[slot] = blocks;
    const readyNs = observer.restores!(slot, tokens - found.blocks * limits.blockTokens, nowNs);
    if (readyNs > nowNs) sequences.readyNs[slot] = readyNs;
    return readyNs;
  }
}
