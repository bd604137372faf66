import type { HealthSpec } from "@tokenyard/scenario";
import type { Progress } from "@tokenyard/serving";
import type { Moves } from "../../pools/moves.ts";
import type { Pool } from "../../pools/pool.ts";
import type { FaultImpact } from "../fault-impact.ts";
import type { Evacuating } from "./evacuation.ts";

/** The pools that a request passes. */
interface Way {
  readonly prefill: Pool;
  readonly decode: Pool;
  readonly moves: Moves;
}

/**
 * Takes requests out of data groups of one of two pools: what is cached in the other is fetched from there, anything else is computed again where prompts are.
 * Source: docs/faults.md#pools.
 */
export class SplitEvacuation implements Evacuating {
  readonly #pool: Pool;
  readonly #way: Way;
  readonly #inFlight: HealthSpec["inFlight"];

  /** Of the data groups of `pool`, one of those of `way`. */
  constructor(pool: Pool, way: Way, inFlight: HealthSpec["inFlight"]) {
    this.#pool = pool;
    this.#way = way;
    this.#inFlight = inFlight;
  }

  clear(homes: readonly number[], wereClosed: boolean, toll: FaultImpact, nowNs: number): void {
    const recovery = this.#pool.setup.scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) {
      const isOnItsWay = this.#isOnItsWay(slot);
      const isHeldHere = isOnItsWay && this.#pool === this.#way.prefill;
      const isServed = recovery.isServed(slot) || isHeldHere;
      if (!isServed && wereClosed) continue;
      const tokens = isHeldHere ? this.#pool.setup.scheduler.handover!.keptTokens(slot) : recovery.cachedTokens(slot);
      toll.tokensLost += tokens;
      if (this.#inFlight === "fail") {
        this.#fail(slot, tokens, nowNs);
        toll.failed++;
      } else if (isOnItsWay && !isHeldHere) {
        this.#move(slot, nowNs); // its cache is where its prompt was computed
        if (isServed) toll.migrated++;
        else toll.requeued++;
      } else if (!this.#begin(slot, isServed, isHeldHere, nowNs)) toll.failed++;
      else {
        toll.tokensRecomputed += tokens;
        if (isServed && this.#inFlight === "migrate") toll.migrated++;
        else toll.requeued++;
      }
    }
    for (const home of homes) recovery.forget(home);
  }

  gather(homes: readonly number[], nowNs: number): void {
    const recovery = this.#pool.setup.scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) {
      const isHeldHere = this.#pool === this.#way.prefill && this.#isOnItsWay(slot);
      if (!recovery.isServed(slot) && !isHeldHere) this.#move(slot, nowNs);
    }
  }

  /** Whether `slot` has its cache where its prompt was computed, and its place where it is to decode. */
  #isOnItsWay(slot: number): boolean {
    const { prefill, decode } = this.#way;
    return prefill.setup.scheduler.handover!.homeOf(slot) >= 0 && decode.setup.scheduler.handover!.homeOf(slot) >= 0;
  }

  /** What was cached of `slot` is computed again: by its own pool as far as it was not there yet, or waits; else where prompts are. False where there is no room for it: it fails. */
  #begin(slot: number, isServed: boolean, isHeldHere: boolean, nowNs: number): boolean {
    const { prefill, decode } = this.#way;
    const { scheduler } = this.#pool.setup;
    const startsOver = this.#inFlight === "requeue";
    const isPrompt = this.#pool === prefill && !isHeldHere;
    if (isPrompt || (!isServed && !startsOver)) {
      this.#move(slot, nowNs);
      if (startsOver) scheduler.recovery!.startOver(slot, nowNs, this.#pool.observer);
      return true;
    }
    const replica = scheduler.recovery!.replicaOf(slot);
    this.#takeOut(slot, nowNs, true);
    const progress = startsOver ? NONE_OUT : decode.setup.scheduler.handover!.progressOf(slot);
    if (startsOver) this.#pool.observer.startedOver(slot, nowNs);
    const to = prefill.setup.scheduler.handover!.recompute(slot, progress, nowNs);
    if (to === undefined) this.#pool.observer.failed(slot, nowNs, replica);
    else prefill.touch(to, nowNs);
    return to !== undefined;
  }

  #fail(slot: number, tokens: number, nowNs: number): void {
    const recovery = this.#pool.setup.scheduler.recovery!;
    const replica = recovery.replicaOf(slot);
    this.#pool.observer.waste(slot, tokens, recovery.outputTokens(slot), nowNs);
    this.#takeOut(slot, nowNs, false);
    this.#pool.observer.failed(slot, nowNs, replica);
  }

  /** `slot` leaves the pools that it is in, with all that is cached of it. */
  #takeOut(slot: number, nowNs: number, isReported: boolean): void {
    const { prefill, decode, moves } = this.#way;
    const isOnItsWay = this.#isOnItsWay(slot);
    const last = decode.setup.scheduler.handover!.homeOf(slot) >= 0 ? decode : prefill;
    const recovery = last.setup.scheduler.recovery!;
    moves.drop(slot, nowNs);
    last.touch(recovery.replicaOf(slot), nowNs);
    recovery.takeOut(slot, nowNs, isReported ? last.observer : undefined);
    if (isOnItsWay) prefill.handover.release(slot, nowNs);
  }

  /** `slot`, nothing of which is cached in its pool, or what was is lost, goes to a data group that is open. */
  #move(slot: number, nowNs: number): void {
    const { scheduler } = this.#pool.setup;
    this.#pool.touch(scheduler.recovery!.replicaOf(slot), nowNs); // fewer are there now
    if (this.#isOnItsWay(slot)) {
      this.#way.moves.drop(slot, nowNs);
      this.#pool.handover.moveOn(slot, nowNs);
    } else this.#pool.touch(scheduler.requeue!(slot, nowNs, this.#pool.observer), nowNs);
  }
}

const NONE_OUT: Progress = { out: 0, tokenNs: 0, streamed: 0, streamedNs: 0 };
