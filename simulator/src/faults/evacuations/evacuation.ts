import { cachedBytes } from "@tokenyard/model";
import type { HealthSpec } from "@tokenyard/scenario";
import type { Scheduler } from "@tokenyard/serving";
import type { Checkpoints } from "../../checkpoints/checkpoints.ts";
import type { Pool } from "../../pools/pool.ts";
import type { FaultImpact } from "../outages/fault-impact.ts";
import type { Outages } from "../outages/outages.ts";

/** Takes requests out of data groups whose caches are gone. */
export interface Evacuating {
  /**
   * Data groups `homes` are lost, and known to be: all of their requests fail or go elsewhere. Those that wait there because no replica is
   * open, as `wereClosed` records, keep waiting.
   */
  clear(homes: readonly number[], wereClosed: boolean, toll: FaultImpact, nowNs: number): void;
  /** A replica is open again: requests that wait in data groups `homes`, which are not, go there. Those without room fail, and count in `toll`. */
  gather(homes: readonly number[], nowNs: number, toll?: FaultImpact): void;
}

/** Removes requests from replicas that do all of a request. */
export class Evacuation implements Evacuating {
  readonly #pool: Pool;
  readonly #scheduler: Scheduler;
  readonly #inFlight: HealthSpec["inFlight"];
  readonly #outages: Outages;
  /** Checkpoints of caches, if there are any. */
  readonly #checkpoints: Checkpoints | undefined;
  /** Bytes of the cache of a request, over all layers, by its tokens. */
  readonly #bytesOf: (tokens: number) => number;

  constructor(pool: Pool, inFlight: HealthSpec["inFlight"], outages: Outages, checkpoints: Checkpoints | undefined) {
    this.#pool = pool;
    this.#scheduler = pool.setup.scheduler;
    this.#inFlight = inFlight;
    this.#outages = outages;
    this.#checkpoints = checkpoints;
    this.#bytesOf = cachedBytes(pool.setup.scenario.model);
  }

  clear(homes: readonly number[], wereClosed: boolean, toll: FaultImpact, nowNs: number): void {
    const recovery = this.#scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) {
      const isServed = recovery.isServed(slot);
      if (!isServed && wereClosed) continue;
      const tokens = recovery.cachedTokens(slot);
      toll.bytesLost += this.#bytesOf(tokens);
      if (this.#inFlight === "fail") {
        this.#pool.observer.waste(slot, tokens, recovery.outputTokens(slot), nowNs);
        this.#pool.touch(recovery.replicaOf(slot), nowNs);
        recovery.fail(slot, nowNs, this.#pool.observer);
        toll.failed++;
        continue;
      }
      const home = recovery.homeOf(slot);
      const saved = this.#checkpoints?.tokensOf(slot, this.#outages.all, homes) ?? 0;
      this.#move(slot, nowNs);
      if (saved > 0) this.#checkpoints!.send(slot, home, saved, nowNs);
      toll.tokensRecomputed += tokens - saved;
      if (this.#inFlight === "requeue") recovery.startOver(slot, nowNs, this.#pool.observer);
      if (isServed && this.#inFlight === "migrate") toll.migrated++;
      else toll.requeued++;
    }
    for (const home of homes) recovery.forget(home);
  }

  gather(homes: readonly number[], nowNs: number, toll?: FaultImpact): void {
    const recovery = this.#scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home)))
      if (!recovery.isServed(slot) && !this.#move(slot, nowNs)) toll!.failed++;
  }

  /** Returns false if it has failed, as no data group has room for it. */
  #move(slot: number, nowNs: number): boolean {
    this.#pool.touch(this.#scheduler.recovery!.replicaOf(slot), nowNs); // fewer are there now
    const replica = this.#scheduler.requeue!(slot, nowNs, this.#pool.observer);
    if (replica >= 0) this.#pool.touch(replica, nowNs);
    return replica >= 0;
  }
}
