import type { Histogram } from "@tokenyard/report";
import type { BatchId, SchedulerObserver } from "@tokenyard/serving";
import type { Observers } from "../logs/requests/observers.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { MicroBatches } from "../micro-batches/micro-batches.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { PoolEvent } from "./pool-event.ts";
import type { Outside } from "./surroundings.ts";

/** Receives outcomes of requests from the scheduler of pool number `pool`, and passes them on with their micro-batch. */
export class PoolObserver implements SchedulerObserver {
  readonly #pool: number;
  readonly #microBatches: MicroBatches;
  readonly #timeline: Timeline<PoolEvent>;
  readonly #observer: Observers;
  readonly #itlNs: Histogram | undefined;
  readonly #outside: Outside;

  constructor(pool: number, microBatches: MicroBatches, timeline: Timeline<PoolEvent>, observer: Observers, outside: Outside) {
    this.#pool = pool;
    this.#microBatches = microBatches;
    this.#timeline = timeline;
    this.#observer = observer;
    this.#itlNs = observer.itlNs;
    this.#outside = outside;
  }

  started(slot: number, batch: BatchId, nowNs: number): void {
    this.#observer.started(slot, this.#reportedTo(batch, nowNs), nowNs);
  }

  loading(_slot: number, replica: number, readyNs: number): void {
    this.#timeline.schedule(readyNs, { kind: "load-ended", pool: this.#pool, replica });
  }

  firstToken(slot: number, batch: BatchId, nowNs: number): void {
    this.#observer.firstToken(slot, this.#microBatches.of(batch), nowNs);
  }

  gaps(lengthNs: number, count: number): void {
    this.#itlNs?.add(lengthNs, count);
  }

  steps(atNs: Float64Array, count: number, sequences: number): void {
    this.#itlNs?.addGaps(atNs, count, sequences);
  }

  preempted(slot: number, batch: BatchId, nowNs: number): void {
    this.#observer.preempted(slot, this.#reportedTo(batch, nowNs), nowNs);
  }

  startedOver(slot: number, nowNs: number): void {
    this.#observer.startedOver(slot, nowNs);
  }

  /** A fault loses a request with this many cached and emitted tokens. */
  waste(slot: number, cachedTokens: number, outputTokens: number, nowNs: number): void {
    this.#outside.wastes?.(slot, cachedTokens, outputTokens, nowNs);
  }

  finished(slot: number, batch: BatchId, nowNs: number): void {
    const microBatch = this.#microBatches.of(batch);
    if (this.#outside.goesOn?.(slot, microBatch, nowNs) === true) return;
    this.#outside.answered?.(slot, batch.replica, nowNs);
    this.#observer.finished(slot, microBatch, nowNs);
    this.#outside.leaves(slot, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#observer.rejected(slot, nowNs);
    this.#outside.leaves(slot, nowNs);
  }

  refused(slot: number, replica: number, nowNs: number): void {
    if (this.#outside.triesAgain?.(slot, "refused", replica, nowNs) !== true) this.rejected(slot, nowNs);
  }

  failed(slot: number, nowNs: number, replica: number): void {
    if (this.#outside.triesAgain?.(slot, "failed", replica, nowNs) === true) return;
    this.#observer.failed(slot, nowNs, replica);
    this.#outside.leaves(slot, nowNs);
  }

  restores(slot: number, tokens: number, nowNs: number): number {
    return this.#outside.restores!(slot, tokens, nowNs);
  }

  reserved(slot: number, nowNs: number): void {
    this.#outside.reserved!(slot, nowNs);
  }

  /** The micro-batch, whose time is reported up to now. */
  #reportedTo(batch: BatchId, nowNs: number): MicroBatch {
    const microBatch = this.#microBatches.of(batch);
    microBatch.report(nowNs);
    return microBatch;
  }
}
