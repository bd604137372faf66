import type { BatchId, SchedulerObserver } from "../requests/request-observer.ts";
import type { DataGroup, Service } from "./data-group.ts";
import { victimOf } from "./running.ts";

/** Preempts sequences when the cache of a data group has too few free blocks for a micro-batch. */
export class Pressure {
  /** Whether the current pass found too few: a sequence was preempted, or one waits for sequences in flight. */
  felt = false;
  readonly #group: DataGroup;
  readonly #service: Service;
  readonly #batch: BatchId;

  constructor(group: DataGroup, service: Service, batch: BatchId) {
    this.#group = group;
    this.#service = service;
    this.#batch = batch;
  }

  /** One sequence loses its blocks. Returns which; −1: none, as it is better to wait. */
  relieve(nowNs: number, observer: SchedulerObserver): number {
    const { sequences, yieldsTo } = this.#service;
    this.felt = true;
    const victim = victimOf(this.#batch.microBatch, this.#group, sequences, yieldsTo);
    if (victim >= 0) this.#group.members[sequences.microBatch[victim]!]!.preempt(victim, nowNs, observer);
    return victim;
  }
}
