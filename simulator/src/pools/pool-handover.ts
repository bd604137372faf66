import { grouped, Problems } from "@tokenyard/scenario";
import type { Progress, SchedulerObserver } from "@tokenyard/serving";
import type { PoolSetup } from "../inputs/setup.ts";

/** The pool that requests come to, or go from. */
interface Owner {
  readonly setup: PoolSetup;
  readonly observer: SchedulerObserver;
  readonly impairments: { readonly isStopped: Uint8Array };
  touch(replica: number | undefined, nowNs: number): boolean;
  reportEnded(replica: number): void;
}

/** Handover of requests whose prompt one pool caches, and whose tokens another decodes. */
export class PoolHandover {
  readonly #pool: Owner;

  constructor(pool: Owner) {
    this.#pool = pool;
  }

  /** A request comes whose prompt another pool has cached, its first token out now; or with more `progress`, of which that is cached, too. */
  receive(slot: number, nowNs: number, progress?: Progress, avoided?: number): void {
    const replica = this.#pool.setup.scheduler.handover!.receive(slot, nowNs, progress, avoided);
    this.#pool.touch(replica, nowNs);
    this.#pool.reportEnded(replica);
    this.#reserve(slot, replica, nowNs);
  }

  /** A request whose cache is in another pool waits at another data group. */
  moveOn(slot: number, nowNs: number): void {
    const replica = this.#pool.setup.scheduler.handover!.moveOn(slot, nowNs);
    this.#pool.touch(replica, nowNs);
    this.#pool.reportEnded(replica);
    this.#reserve(slot, replica, nowNs);
  }

  /** Admits a request whose cache is complete here, and that has output already; returns true if a run was cut short for it. */
  resume(slot: number, nowNs: number): boolean {
    const { setup, observer } = this.#pool;
    const handover = setup.scheduler.handover!;
    if (!handover.fits(slot)) throw tooLong(setup);
    const replica = handover.resume(slot, nowNs);
    const isCut = this.#pool.touch(replica, nowNs);
    handover.reserve(slot, nowNs, observer);
    return isCut;
  }

  /** Reserves room for `slot` at `replica`. A replica that a fault has stopped reserves it when it serves again. */
  #reserve(slot: number, replica: number, nowNs: number): void {
    const { setup, observer, impairments } = this.#pool;
    if (impairments.isStopped[replica] === 0) setup.scheduler.handover!.reserve(slot, nowNs, observer);
  }

  /** Records that the cache of a request in another pool has arrived. */
  land(slot: number, nowNs: number): void {
    this.#pool.touch(this.#pool.setup.scheduler.handover!.landed(slot), nowNs);
  }

  /** The cache of a request is not needed any more. */
  release(slot: number, nowNs: number): void {
    this.#pool.touch(this.#pool.setup.scheduler.handover!.release(slot), nowNs);
  }
}

function tooLong({ scheduler }: PoolSetup): Problems {
  const { blocks, blockTokens } = scheduler.cache!.use();
  const given = `a sequence of more than the ${grouped(blocks * blockTokens)} tokens that the cache of a data group holds`;
  return new Problems([
    { path: ["workload", "context"], given, wanted: "shorter contexts and outputs, or more GPUs to share the weights" },
  ]);
}
