import type { SchedulerObserver } from "@tokenyard/serving";
import type { PoolSetup } from "../setup/setup.ts";

/** The pool that requests come to, or go from. */
interface Owner {
  readonly setup: PoolSetup;
  readonly observer: SchedulerObserver;
  touch(replica: number | undefined, nowNs: number): boolean;
  reportEnded(replica: number): void;
}

/** What a pool does for requests whose prompt one pool caches, and whose tokens another decodes. */
export class PoolHandover {
  readonly #pool: Owner;

  constructor(pool: Owner) {
    this.#pool = pool;
  }

  /** A request comes whose prompt another pool has cached, its first token out now. */
  receive(slot: number, nowNs: number): void {
    const { setup, observer } = this.#pool;
    const handover = setup.scheduler.handover!;
    const replica = handover.receive(slot, nowNs, observer);
    this.#pool.touch(replica, nowNs);
    this.#pool.reportEnded(replica);
    handover.reserve(slot, nowNs, observer);
  }

  /** What another pool had cached of a request is here. */
  land(slot: number, nowNs: number): void {
    this.#pool.touch(this.#pool.setup.scheduler.handover!.landed(slot), nowNs);
  }

  /** Nobody needs the cache of a request any more. */
  release(slot: number, nowNs: number): void {
    this.#pool.touch(this.#pool.setup.scheduler.handover!.release(slot), nowNs);
  }
}
