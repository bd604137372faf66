import type { Moves } from "./moves.ts";
import type { Pool } from "./pool.ts";

/** Places of requests, in one pool that does all or in two that share the work. */
export class Whereabouts {
  /** The first pool receives requests. */
  readonly pools: readonly Pool[];
  /** Moves of caches from one pool to the other. */
  readonly moves: Moves | undefined;

  constructor(pools: readonly Pool[], moves: Moves | undefined) {
    this.pools = pools;
    this.moves = moves;
  }

  /** Whether `slot` has its cache in the pool that computed its prompt, and its place in the one that decodes. */
  isOnItsWay(slot: number): boolean {
    return this.pools.length > 1 && this.pools.every((pool) => homeIn(pool, slot) >= 0);
  }

  /** The pool that `slot` is in, of two the one that it goes to; undefined: none. */
  poolOf(slot: number): Pool | undefined {
    return this.pools.findLast((pool) => homeIn(pool, slot) >= 0);
  }

  /** Tokens of `slot` that are cached, wherever. */
  cachedTokens(slot: number): number {
    const { handover, recovery } = (this.isOnItsWay(slot) ? this.pools[0]! : this.poolOf(slot)!).setup.scheduler;
    return this.isOnItsWay(slot) ? handover!.keptTokens(slot) : recovery!.cachedTokens(slot);
  }

  /** Removes `slot` from its pools, with all of its cache. To be called when no pass of it is under way. */
  takeOut(slot: number, nowNs: number, isReported: boolean): void {
    const isOnItsWay = this.isOnItsWay(slot);
    const last = this.poolOf(slot)!;
    const recovery = last.setup.scheduler.recovery!;
    const replica = recovery.replicaOf(slot);
    this.moves?.drop(slot, nowNs);
    recovery.takeOut(slot, nowNs, isReported ? last.observer : undefined);
    last.touch(replica, nowNs);
    if (isOnItsWay) this.pools[0]!.handover.release(slot, nowNs);
  }
}

function homeIn({ setup }: Pool, slot: number): number {
  return setup.scheduler.recovery!.homeOf(slot);
}
