import { cachedBytes } from "@tokenyard/model";
import type { HealthSpec } from "@tokenyard/scenario";
import type { Progress } from "@tokenyard/serving";
import type { Checkpoints } from "../../checkpoints/checkpoints.ts";
import type { Pool } from "../../pools/pool.ts";
import type { Whereabouts } from "../../pools/whereabouts.ts";
import type { FaultImpact } from "../outages/fault-impact.ts";
import type { Outages } from "../outages/outages.ts";
import type { Evacuating } from "./evacuation.ts";

/**
 * Removes requests from data groups of one of two pools: what is cached in the other is fetched from there, anything else is recomputed
 * where prompts are. Source: docs/faults.md#pools.
 */
export class SplitEvacuation implements Evacuating {
  readonly #pool: Pool;
  readonly #prefill: Pool;
  readonly #decode: Pool;
  readonly #where: Whereabouts;
  readonly #inFlight: HealthSpec["inFlight"];
  readonly #outages: Outages;
  /** Checkpoints of caches of the pool, if there are any. */
  readonly #checkpoints: Checkpoints | undefined;
  /** Bytes of the cache of a request, over all layers, by its tokens. */
  readonly #bytesOf: (tokens: number) => number;

  /** For the data groups of `pool`, one of the pools of `where`. */
  constructor(pool: Pool, where: Whereabouts, inFlight: HealthSpec["inFlight"], outages: Outages, checkpoints: Checkpoints | undefined) {
    this.#pool = pool;
    this.#prefill = where.pools[0]!;
    this.#decode = where.pools[1]!;
    this.#where = where;
    this.#inFlight = inFlight;
    this.#outages = outages;
    this.#checkpoints = checkpoints;
    this.#bytesOf = cachedBytes(pool.setup.scenario.model);
  }

  clear(homes: readonly number[], wereClosed: boolean, toll: FaultImpact, nowNs: number): void {
    const recovery = this.#pool.setup.scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) {
      const isOnItsWay = this.#where.isOnItsWay(slot);
      const isHeldHere = isOnItsWay && this.#pool === this.#prefill;
      const isServed = recovery.isServed(slot) || isHeldHere;
      if (!isServed && wereClosed) continue;
      const tokens = isHeldHere ? this.#pool.setup.scheduler.handover!.keptTokens(slot) : recovery.cachedTokens(slot);
      toll.bytesLost += this.#bytesOf(tokens);
      if (this.#inFlight === "fail") {
        this.#fail(slot, tokens, nowNs);
        toll.failed++;
        continue;
      }
      const goesAgain = isOnItsWay && !isHeldHere; // its cache is still where the prompt was computed
      if (goesAgain) this.#move(slot, nowNs);
      else {
        const home = recovery.homeOf(slot);
        const saved = this.#checkpoints?.tokensOf(slot, this.#outages.all, homes) ?? 0;
        if (!this.#begin(slot, isServed, isHeldHere, saved > 0, nowNs)) {
          toll.failed++;
          continue;
        }
        if (saved > 0) this.#checkpoints!.send(slot, home, saved, nowNs);
        toll.tokensRecomputed += tokens - saved;
      }
      if (isServed && (goesAgain || this.#inFlight === "migrate")) toll.migrated++;
      else toll.requeued++;
    }
    for (const home of homes) recovery.forget(home);
  }

  gather(homes: readonly number[], nowNs: number): void {
    const recovery = this.#pool.setup.scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) {
      const isHeldHere = this.#pool === this.#prefill && this.#where.isOnItsWay(slot);
      if (!recovery.isServed(slot) && !isHeldHere) this.#move(slot, nowNs);
    }
  }

  /**
   * Recomputes the cache of `slot`: in its own pool if it was not complete there yet, waits, or continues from a copy; else where prompts are
   * computed. Returns false if there is no room for it: it fails.
   */
  #begin(slot: number, isServed: boolean, isHeldHere: boolean, hasCopy: boolean, nowNs: number): boolean {
    const { scheduler } = this.#pool.setup;
    const startsOver = this.#inFlight === "requeue";
    const isPrompt = this.#pool === this.#prefill && !isHeldHere;
    if (isPrompt || (!isServed && !startsOver) || (hasCopy && !isHeldHere)) {
      this.#move(slot, nowNs);
      if (startsOver) scheduler.recovery!.startOver(slot, nowNs, this.#pool.observer);
      return true;
    }
    const replica = scheduler.recovery!.replicaOf(slot);
    this.#where.takeOut(slot, nowNs, true);
    const progress = startsOver ? NONE_OUT : this.#decode.setup.scheduler.handover!.progressOf(slot);
    if (startsOver) this.#pool.observer.startedOver(slot, nowNs);
    const to = this.#prefill.setup.scheduler.handover!.recompute(slot, progress, nowNs);
    if (to === undefined) this.#pool.observer.failed(slot, nowNs, replica);
    else this.#prefill.touch(to, nowNs);
    return to !== undefined;
  }

  #fail(slot: number, tokens: number, nowNs: number): void {
    const recovery = this.#pool.setup.scheduler.recovery!;
    const replica = recovery.replicaOf(slot);
    this.#pool.observer.waste(slot, tokens, recovery.outputTokens(slot), nowNs);
    this.#where.takeOut(slot, nowNs, false);
    this.#pool.observer.failed(slot, nowNs, replica);
  }

  /** Moves `slot`, which has no cache in its pool any more, to an open data group. */
  #move(slot: number, nowNs: number): void {
    const { scheduler } = this.#pool.setup;
    this.#pool.touch(scheduler.recovery!.replicaOf(slot), nowNs); // a request less is there now
    if (this.#where.isOnItsWay(slot)) {
      this.#where.moves!.recall(slot, nowNs);
      this.#pool.handover.moveOn(slot, nowNs);
    } else this.#pool.touch(scheduler.requeue!(slot, nowNs, this.#pool.observer), nowNs);
  }
}

const NONE_OUT: Progress = { out: 0, tokenNs: 0, streamed: 0, streamedNs: 0 };
