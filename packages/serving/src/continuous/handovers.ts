import type { BatchId, SchedulerObserver } from "../requests/request-observer.ts";
import type { DataGroup, Service } from "./data-group.ts";
import type { DecodingMembers } from "./decoding/decoding-members.ts";
import { streamTokens } from "./decoding/streamed-gaps.ts";
import { admit, blocksToReserve, dismiss, giveBack, hasSlots, pin, pinnedBy, take } from "./running.ts";

/** Sequences of one data group in one micro-batch whose prompt another pool has cached: they have room here, and wait for their caches. */
export class Handovers {
  /** Number of requests that have room and do not decode yet. */
  size = 0;
  readonly #group: DataGroup;
  readonly #service: Service;
  readonly #batch: BatchId;
  readonly #landed: number[] = [];

  constructor(group: DataGroup, service: Service, batch: BatchId) {
    this.#group = group;
    this.#service = service;
    this.#batch = batch;
  }

  /** Number that landed since the last pass was formed. */
  get landed(): number {
    return this.#landed.length;
  }

  /** Admits the first waiting request, if its cache is elsewhere and there is room for it; returns false if not. */
  reserve(nowNs: number, observer: SchedulerObserver): boolean {
    const { limits, sequences } = this.#service;
    const { waiting, pool, reuse } = this.#group;
    const slot = waiting.peek();
    if (sequences.elsewhere[slot] === 0) return false;
    const held = Math.ceil(sequences.target[slot]! / limits.blockTokens);
    const needed = limits.admission === "output" ? blocksToReserve(slot, this.#group, this.#service) : held;
    if (needed + pinnedBy(slot, this.#service) > pool.free || !hasSlots(this.#group, this.#service)) return false;
    waiting.leave();
    admit(slot, this.#batch.microBatch, this.#group, this.#service);
    take(held, this.#group);
    pin(slot, this.#group, this.#service);
    reuse?.receive(slot);
    sequences.blocks[slot] = held;
    this.size++;
    observer.reserved?.(slot, nowNs);
    return true;
  }

  /** Records that the cache of `slot` has arrived: it decodes from the next pass on. */
  land(slot: number): void {
    const { cached, target } = this.#service.sequences;
    cached[slot] = target[slot]!;
    this.#landed.push(slot);
  }

  /** `slot` does not come: its room is free. */
  withdraw(slot: number): void {
    const { blocks, cached } = this.#service.sequences;
    const at = this.#landed.indexOf(slot);
    if (at >= 0) this.#landed.splice(at, 1);
    this.size--;
    giveBack(slot, blocks[slot]!, cached[slot]!, this.#group, this.#service);
    blocks[slot] = 0;
    cached[slot] = 0;
    dismiss(slot, this.#group, this.#service);
  }

  /** Moves the requests that have landed to the `decoders`. */
  takeLanded(decoders: DecodingMembers, nowNs: number, observer: SchedulerObserver): void {
    if (this.#landed.length === 0) return;
    const { limits, requests, sequences } = this.#service;
    const { elsewhere, tokenNs } = sequences;
    for (const slot of this.#landed) {
      elsewhere[slot] = 0;
      observer.started(slot, this.#batch, nowNs);
      if (requests.outBefore[slot]! > 0 || limits.givesFirst === true) this.#begin(slot, nowNs, observer);
      decoders.join(slot, tokenNs[slot]!);
    }
    this.size -= this.#landed.length;
    this.#landed.length = 0;
  }

  /** `slot` came with tokens out, or its first one is given out here: its clock begins with its first step here. Of one that a fault sent through its prompt again, it is one token more. */
  #begin(slot: number, nowNs: number, observer: SchedulerObserver): void {
    const { limits, requests, sequences } = this.#service;
    const out = sequences.out[slot]!;
    if (requests.outBefore[slot] === 0 && out > 1) {
      if (limits.streamInterval === 1) observer.gaps(nowNs - sequences.tokenNs[slot]!, 1);
      else streamTokens(slot, out, nowNs, false, limits.streamInterval, sequences, (ns, count) => observer.gaps(ns, count));
      sequences.tokenNs[slot] = nowNs;
      return;
    }
    requests.cachedTokens[slot] = 0;
    sequences.begin(slot, sequences.out[slot]!, nowNs);
    observer.firstToken(slot, this.#batch, nowNs);
  }
}
