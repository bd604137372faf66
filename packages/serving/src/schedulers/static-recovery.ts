import type { CopiedTokens } from "../batches/cached-tokens.ts";
import type { MicroBatch } from "../batches/micro-batch.ts";
import { Occupancy } from "../batches/occupancy.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import type { Reachability, Recovery, ServingContext } from "../scheduler.ts";

/** Data groups of a static batch that are left out. No request comes later, so that none is kept away. */
export class StaticReachability implements Reachability {
  /** [replicas × data groups] */
  readonly isClosed: Uint8Array;

  constructor({ replicas, dataGroups }: ServingContext) {
    this.isClosed = new Uint8Array(replicas * dataGroups);
  }

  open(home: number, isOpen: boolean): void {
    this.isClosed[home] = isOpen ? 0 : 1;
  }

  shun(): void {}

  isAnyOpen(): boolean {
    return true;
  }

  isReachable(): boolean {
    return true;
  }

  isAnyReachable(): boolean {
    return true;
  }
}

/**
 * Recovers requests of a static batch whose caches are lost. They stay in their micro-batch, which recomputes their caches or continues
 * without them; those of a data group that is left out go to others of its replica. Source: docs/faults.md#static-batches.
 */
export class StaticRecovery implements Recovery {
  readonly #microBatches: readonly MicroBatch[];
  /** [requests] */
  readonly #microBatchOf: readonly MicroBatch[];
  readonly #context: ServingContext;
  readonly #copied: CopiedTokens;
  readonly #room: number;
  readonly #reachability: StaticReachability;
  /** What the data groups held at `#atNs`. */
  #occupancy: Occupancy | undefined;
  #atNs = Number.NaN;

  /** `room`: tokens that a data group has room for. */
  constructor(
    microBatches: readonly MicroBatch[],
    context: ServingContext,
    copied: CopiedTokens,
    room: number,
    reachability: StaticReachability,
  ) {
    const microBatchOf: MicroBatch[] = [];
    for (const microBatch of microBatches) for (const request of microBatch.members) microBatchOf[request] = microBatch;
    this.#microBatches = microBatches;
    this.#microBatchOf = microBatchOf;
    this.#context = context;
    this.#copied = copied;
    this.#room = room;
    this.#reachability = reachability;
  }

  forget(): void {}

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
    return this.#microBatchOf[request]!.settledTokens(request);
  }

  outputTokens(request: number): number {
    return this.#microBatchOf[request]!.outputTokens;
  }

  copiedTokens(home: number): number {
    return this.#copied.tokens[home]!;
  }

  homeOf(request: number): number {
    return this.#microBatchOf[request]!.homeOf(request);
  }

  replicaOf(request: number): number {
    return this.#microBatchOf[request]!.replica;
  }

  isUnderWay(request: number): boolean {
    return this.#microBatchOf[request]!.isRunning;
  }

  restore(request: number, tokens: number): void {
    this.#microBatchOf[request]!.restore(request, tokens);
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

  /** The cache of `request` is lost, and its data group may be left out. Returns its replica; −1: it has failed, as no other data group has room for it. */
  lose(request: number, nowNs: number, observer: SchedulerObserver): number {
    const microBatch = this.#microBatchOf[request]!;
    if (microBatch.serves(request)) {
      microBatch.lose(request);
      observer.preempted(request, microBatch, nowNs);
    }
    if (this.#isPlaced(request, microBatch, nowNs)) return microBatch.replica;
    this.fail(request, nowNs, observer);
    return -1;
  }

  /** Whether `request` has a place: its data group is open, or it goes to one that is; while all of its replica are closed it waits. */
  #isPlaced(request: number, microBatch: MicroBatch, nowNs: number): boolean {
    const { dataGroups, replicas, requests } = this.#context;
    const { isClosed } = this.#reachability;
    if (isClosed[this.homeOf(request)] === 0) return true;
    const first = microBatch.replica * dataGroups;
    const open = Array.from({ length: dataGroups }, (_, group) => group).filter((group) => isClosed[first + group] === 0);
    if (open.length === 0) return true;
    if (this.#atNs !== nowNs) this.#occupancy = new Occupancy(this.#microBatches, requests, replicas * dataGroups, dataGroups, this.#room);
    this.#atNs = nowNs;
    return this.#occupancy!.move(microBatch, request, open);
  }
}
