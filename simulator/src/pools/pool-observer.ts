import type { Histogram } from "@tokenyard/report";
import type { BatchId, SchedulerObserver } from "@tokenyard/serving";
import type { Observers } from "../logs/requests/observers.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { MicroBatches } from "../micro-batches/micro-batches.ts";
import type { PoolContext } from "./pool-context.ts";

/** Receives outcomes of requests from the scheduler of pool number `pool`, and passes them on with their micro-batch. */
export class PoolObserver implements SchedulerObserver {
  readonly #pool: number;
  readonly #microBatches: MicroBatches;
  readonly #timeline: PoolContext["timeline"];
  readonly #observer: Observers;
  readonly #itlNs: Histogram | undefined;
  readonly #context: PoolContext;

  constructor(pool: number, microBatches: MicroBatches, context: PoolContext) {
    this.#pool = pool;
    this.#microBatches = microBatches;
    this.#timeline = context.timeline;
    this.#observer = context.observer;
    this.#itlNs = context.observer.itlNs;
    this.#context = context;
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
    this.#context.wastes?.(slot, cachedTokens, outputTokens, nowNs);
  }

  finished(slot: number, batch: BatchId, nowNs: number): void {
    const microBatch = this.#microBatches.of(batch);
    if (this.#context.goesOn?.(slot, microBatch, nowNs) === true) return;
    this.#context.answered?.(slot, batch.replica, nowNs);
    this.#observer.finished(slot, microBatch, nowNs);
    this.#context.leaves(slot, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#observer.rejected(slot, nowNs);
    this.#context.leaves(slot, nowNs);
  }

  refused(slot: number, replica: number, nowNs: number): void {
    if (this.#context.triesAgain?.(slot, "refused", replica, nowNs) !== true) this.rejected(slot, nowNs);
  }

  failed(slot: number, nowNs: number, replica: number): void {
    if (this.#context.triesAgain?.(slot, "failed", replica, nowNs) === true) return;
    this.#observer.failed(slot, nowNs, replica);
    this.#context.leaves(slot, nowNs);
  }

  restores(slot: number, tokens: number, nowNs: number): number {
    return this.#context.restores!(slot, tokens, nowNs);
  }

  reserved(slot: number, nowNs: number): void {
    this.#context.reserved!(slot, nowNs);
  }

  /** The micro-batch, whose time is reported up to now. */
  #reportedTo(batch: BatchId, nowNs: number): MicroBatch {
    const microBatch = this.#microBatches.of(batch);
    microBatch.report(nowNs);
    return microBatch;
  }
}
