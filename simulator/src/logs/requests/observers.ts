import type { Histogram } from "@tokenyard/report";
import type { RequestObserver } from "@tokenyard/serving";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";

/**
 * Receives the outcomes of requests: reports of their scheduler, with the micro-batch itself, except the time between tokens, and events
 * outside of it.
 */
export interface Observer extends RequestObserver<MicroBatch> {
  arrived(slot: number): void;
  /** Reports that the request in `slot` has its first token, and leaves the pool that computed its prompt. */
  handedOver(slot: number, microBatch: MicroBatch, nowNs: number): void;
  /** Reports that the cache of `slot` has moved to another pool; the move took the last `ns` of the wait since the handover. */
  moved(slot: number, ns: number, nowNs: number): void;
}

/** Optional observers of a run. */
export interface ObserversParts {
  readonly requestSpans: Observer | undefined;
  readonly served: (Observer & { readonly itlNs: Histogram }) | undefined;
  readonly spent: Observer;
  readonly rows: Observer;
  readonly tokens: Observer | undefined;
}

/** Passes on to several observers, one after the other; each has a place of its own, as calls that are of one kind are fast. */
export class Observers implements Observer {
  readonly #requestSpans: Observer | undefined;
  /** Time between tokens; undefined if it is not requested. */
  readonly itlNs: Histogram | undefined;
  readonly #served: Observer | undefined;
  readonly #spent: Observer;
  readonly #rows: Observer;
  readonly #tokens: Observer | undefined;

  constructor({ requestSpans, served, spent, rows, tokens }: ObserversParts) {
    this.#requestSpans = requestSpans;
    this.#served = served;
    this.itlNs = served?.itlNs;
    this.#spent = spent;
    this.#rows = rows;
    this.#tokens = tokens;
  }

  arrived(slot: number): void {
    this.#requestSpans?.arrived(slot);
    this.#served?.arrived(slot);
    this.#spent.arrived(slot);
    this.#rows.arrived(slot);
    this.#tokens?.arrived(slot);
  }

  started(slot: number, microBatch: MicroBatch, nowNs: number): void {
    this.#requestSpans?.started(slot, microBatch, nowNs);
    this.#served?.started(slot, microBatch, nowNs);
    this.#spent.started(slot, microBatch, nowNs);
    this.#rows.started(slot, microBatch, nowNs);
    this.#tokens?.started(slot, microBatch, nowNs);
  }

  firstToken(slot: number, microBatch: MicroBatch, nowNs: number): void {
    this.#requestSpans?.firstToken(slot, microBatch, nowNs);
    this.#served?.firstToken(slot, microBatch, nowNs);
    this.#spent.firstToken(slot, microBatch, nowNs);
    this.#rows.firstToken(slot, microBatch, nowNs);
    this.#tokens?.firstToken(slot, microBatch, nowNs);
  }

  preempted(slot: number, microBatch: MicroBatch, nowNs: number): void {
    this.#requestSpans?.preempted(slot, microBatch, nowNs);
    this.#served?.preempted(slot, microBatch, nowNs);
    this.#spent.preempted(slot, microBatch, nowNs);
    this.#rows.preempted(slot, microBatch, nowNs);
    this.#tokens?.preempted(slot, microBatch, nowNs);
  }

  startedOver(slot: number, nowNs: number): void {
    this.#requestSpans?.startedOver(slot, nowNs);
    this.#served?.startedOver(slot, nowNs);
    this.#spent.startedOver(slot, nowNs);
    this.#rows.startedOver(slot, nowNs);
    this.#tokens?.startedOver(slot, nowNs);
  }

  handedOver(slot: number, microBatch: MicroBatch, nowNs: number): void {
    this.#requestSpans?.handedOver(slot, microBatch, nowNs);
    this.#served?.handedOver(slot, microBatch, nowNs);
    this.#spent.handedOver(slot, microBatch, nowNs);
    this.#rows.handedOver(slot, microBatch, nowNs);
    this.#tokens?.handedOver(slot, microBatch, nowNs);
  }

  moved(slot: number, ns: number, nowNs: number): void {
    this.#requestSpans?.moved(slot, ns, nowNs);
    this.#served?.moved(slot, ns, nowNs);
    this.#spent.moved(slot, ns, nowNs);
    this.#rows.moved(slot, ns, nowNs);
    this.#tokens?.moved(slot, ns, nowNs);
  }

  finished(slot: number, microBatch: MicroBatch, nowNs: number): void {
    this.#requestSpans?.finished(slot, microBatch, nowNs);
    this.#served?.finished(slot, microBatch, nowNs);
    this.#spent.finished(slot, microBatch, nowNs);
    this.#rows.finished(slot, microBatch, nowNs);
    this.#tokens?.finished(slot, microBatch, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    this.#requestSpans?.rejected(slot, nowNs);
    this.#served?.rejected(slot, nowNs);
    this.#spent.rejected(slot, nowNs);
    this.#rows.rejected(slot, nowNs);
    this.#tokens?.rejected(slot, nowNs);
  }

  failed(slot: number, nowNs: number, replica: number): void {
    this.#requestSpans?.failed(slot, nowNs, replica);
    this.#served?.failed(slot, nowNs, replica);
    this.#spent.failed(slot, nowNs, replica);
    this.#rows.failed(slot, nowNs, replica);
    this.#tokens?.failed(slot, nowNs, replica);
  }
}
