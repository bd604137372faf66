import type { HealthSpec } from "@tokenyard/scenario";
import type { Scheduler } from "@tokenyard/serving";
import type { Pool } from "../stages/pool.ts";
import type { Toll } from "./toll.ts";

/** Takes requests out of data groups whose caches are gone. */
export class Evacuation {
  readonly #pool: Pool;
  readonly #scheduler: Scheduler;
  readonly #inFlight: HealthSpec["inFlight"];

  constructor(pool: Pool, inFlight: HealthSpec["inFlight"]) {
    this.#pool = pool;
    this.#scheduler = pool.setup.scheduler;
    this.#inFlight = inFlight;
  }

  /**
   * Data groups `homes` are lost, and known to be: all of their requests fail or go elsewhere. Those that wait there because nobody takes requests,
   * as `wereClosed` tells, only wait on.
   */
  clear(homes: readonly number[], wereClosed: boolean, toll: Toll, nowNs: number): void {
    const recovery = this.#scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) {
      const isServed = recovery.isServed(slot);
      if (!isServed && wereClosed) continue;
      const tokens = recovery.cachedTokens(slot);
      toll.tokensLost += tokens;
      if (this.#inFlight === "fail") {
        this.#pool.waste(slot, tokens, recovery.outputTokens(slot), nowNs);
        recovery.fail(slot, nowNs, this.#pool.observer);
        toll.failed++;
        continue;
      }
      this.#move(slot, nowNs);
      toll.tokensRecomputed += tokens;
      if (this.#inFlight === "requeue") recovery.startOver(slot, nowNs, this.#pool.observer);
      if (isServed && this.#inFlight === "migrate") toll.migrated++;
      else toll.requeued++;
    }
  }

  /** Somebody takes requests again: those who wait in data groups `homes`, which do not, go there. */
  gather(homes: readonly number[], nowNs: number): void {
    const recovery = this.#scheduler.recovery!;
    for (const slot of homes.flatMap((home) => recovery.requestsIn(home))) if (!recovery.isServed(slot)) this.#move(slot, nowNs);
  }

  #move(slot: number, nowNs: number): void {
    this.#pool.touch(this.#scheduler.requeue!(slot, nowNs, this.#pool.observer), nowNs);
  }
}
