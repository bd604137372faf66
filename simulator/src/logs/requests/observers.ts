import type { Histogram } from "@tokenyard/report";
import type { RequestObserver } from "@tokenyard/serving";
import type { MicroBatch } from "../../micro-batches/micro-batch.ts";

/**
 * Receives the outcomes of requests: reports of their scheduler, with the micro-batch itself, and events outside of it.
 */
export interface Observer extends RequestObserver<MicroBatch> {
  arrived(slot: number): void;
  /** Its first token is out, and it leaves the pool that computed its prompt. */
  handedOver(slot: number, microBatch: MicroBatch, nowNs: number): void;
  /** Its cache has moved to another pool; the last `ns` of its wait since the handover were the move. */
  moved(slot: number, ns: number, nowNs: number): void;
}

/** Passes on to all observers of a run, one after the other. */
export class Observers implements Observer {
  readonly #all: readonly Observer[];
  /** Time between tokens; undefined if it is not requested. */
  readonly itlNs: Histogram | undefined;

  constructor(all: readonly (Observer | undefined)[], itlNs: Histogram | undefined) {
    this.#all = all.filter((each) => each !== undefined);
    this.itlNs = itlNs;
  }

  arrived(slot: number): void {
    for (const each of this.#all) each.arrived(slot);
  }

  started(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (const each of this.#all) each.started(slot, microBatch, nowNs);
  }

  firstToken(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (const each of this.#all) each.firstToken(slot, microBatch, nowNs);
  }

  preempted(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (const each of this.#all) each.preempted(slot, microBatch, nowNs);
  }

  startedOver(slot: number, nowNs: number): void {
    for (const each of this.#all) each.startedOver(slot, nowNs);
  }

  handedOver(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (const each of this.#all) each.handedOver(slot, microBatch, nowNs);
  }

  moved(slot: number, ns: number, nowNs: number): void {
    for (const each of this.#all) each.moved(slot, ns, nowNs);
  }

  finished(slot: number, microBatch: MicroBatch, nowNs: number): void {
    for (const each of this.#all) each.finished(slot, microBatch, nowNs);
  }

  rejected(slot: number, nowNs: number): void {
    for (const each of this.#all) each.rejected(slot, nowNs);
  }

  failed(slot: number, nowNs: number, replica: number): void {
    for (const each of this.#all) each.failed(slot, nowNs, replica);
  }
}
