import type { MicroBatch } from "../batches/micro-batch.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { Recovery } from "../scheduler.ts";

/**
 * Recovers requests of a static batch whose caches are lost. They stay where they were dealt to: their micro-batch recomputes their caches,
 * or goes on without them. So no place is ever closed. Source: docs/faults.md#static-batches.
 */
export class StaticRecovery implements Recovery {
  readonly #microBatches: readonly MicroBatch[];
  /** [requests] */
  readonly #microBatchOf: readonly MicroBatch[];
  readonly #dataGroups: number;

  constructor(microBatches: readonly MicroBatch[], dataGroups: number) {
    const microBatchOf: MicroBatch[] = [];
    for (const microBatch of microBatches) for (const request of microBatch.members) microBatchOf[request] = microBatch;
    this.#microBatches = microBatches;
    this.#microBatchOf = microBatchOf;
    this.#dataGroups = dataGroups;
  }

  open(): void {}

  shun(): void {}

  forget(): void {}

  isAnyOpen(): boolean {
    return true;
  }

  isReachable(): boolean {
    return true;
  }

  isAnyReachable(): boolean {
    return true;
  }

  requestsIn(home: number): number[] {
    const own = this.#microBatches.flatMap((microBatch) => microBatch.unfinished());
    return own.filter((request) => this.homeOf(request) === home).sort((a, b) => a - b);
  }

  isServed(request: number): boolean {
    return this.#microBatchOf[request]!.serves(request);
  }

  cachedTokens(request: number): number {
    return this.#microBatchOf[request]!.cachedTokens(request);
  }

  settledTokens(request: number): number {
    return this.cachedTokens(request);
  }

  outputTokens(request: number): number {
    return this.#microBatchOf[request]!.outputTokens;
  }

  copiedTokens(): number {
    return 0;
  }

  homeOf(request: number): number {
    const { replica, dataGroupOf } = this.#microBatchOf[request]!;
    return replica * this.#dataGroups + dataGroupOf[request]!;
  }

  replicaOf(request: number): number {
    return this.#microBatchOf[request]!.replica;
  }

  isUnderWay(request: number): boolean {
    return this.#microBatchOf[request]!.isRunning;
  }

  restore(): void {
    throw new Error("a static batch has no copies of caches");
  }

  startOver(request: number, nowNs: number, observer: SchedulerObserver): void {
    this.#microBatchOf[request]!.startOver();
    observer.startedOver(request, nowNs);
  }

  takeOut(request: number): void {
    this.#microBatchOf[request]!.takeOut(request);
  }

  fail(request: number, nowNs: number, observer: SchedulerObserver): void {
    this.takeOut(request);
    observer.failed(request, nowNs, this.replicaOf(request));
  }

  /** The cache of `request` is lost. Returns its replica. */
  lose(request: number, nowNs: number, observer: SchedulerObserver): number {
    const microBatch = this.#microBatchOf[request]!;
    if (microBatch.serves(request)) {
      microBatch.lose(request);
      observer.preempted(request, microBatch, nowNs);
    }
    return microBatch.replica;
  }
}
