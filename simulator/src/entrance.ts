import { createArrivingRequest } from "@tokenyard/serving";
import type { Faults } from "./faults/faults.ts";
import type { Setup } from "./inputs/setup.ts";
import type { Observers } from "./logs/requests/observers.ts";
import type { Pool } from "./pools/pool.ts";
import type { Retries } from "./retries/retries.ts";
import { FrontEnd } from "./timeline/front-end.ts";
import type { NextArrival } from "./timeline/timeline.ts";

/** Parts behind the entrance. */
interface Inside {
  /** The first pool receives requests. */
  readonly pools: readonly Pool[];
  readonly faults: Faults | undefined;
  readonly retries: Retries | undefined;
}

/**
 * Entrance of requests: from their source, through the front end if it takes time, to the first pool, unless they are refused; requests
 * with context in the cache of the second pool go there.
 */
export class Entrance {
  readonly #setup: Setup;
  readonly #observer: Observers;
  /** Front end, if it takes time. */
  readonly frontEnd: FrontEnd | undefined;
  /**
   * Time of the next request from the source, or from the front end; infinite if none is known. A field of most sources: a loop reads it
   * all the time.
   */
  readonly comes: NextArrival;
  /** Earliest time at which the next request may leave for a pool: a request from the source has to pass the front end first. */
  readonly joins: NextArrival;
  readonly #arriving = createArrivingRequest();
  #inside: Inside = { pools: [], faults: undefined, retries: undefined };

  constructor(setup: Setup, observer: Observers) {
    this.#setup = setup;
    this.#observer = observer;
    const { source } = setup;
    const frontEnd = FrontEnd.of(setup.scenario, setup.slots);
    this.frontEnd = frontEnd;
    this.comes = frontEnd === undefined ? source : eitherOf(source, frontEnd, 0);
    this.joins = frontEnd === undefined ? source : eitherOf(source, frontEnd, frontEnd.leastNs);
  }

  /** To be called before the first request. */
  open(inside: Inside): void {
    this.#inside = inside;
  }

  /** Admits the requests that arrive now; returns true when a run was interrupted for that. */
  admit(nowNs: number): boolean {
    const { source, slots } = this.#setup;
    const { retries } = this.#inside;
    const arriving = this.#arriving;
    const { frontEnd } = this;
    let cut = false;
    while (source.nextNs <= nowNs) {
      source.take(arriving);
      const slot = slots.take(arriving);
      this.#observer.arrived(slot);
      if (retries !== undefined) {
        if (retries.arrive(slot, nowNs)) cut = true;
      } else if (frontEnd !== undefined) frontEnd.take(slot, nowNs);
      else if (this.enter(slot, nowNs)) cut = true;
    }
    for (let slot = frontEnd?.leave(nowNs); slot !== undefined; slot = frontEnd!.leave(nowNs))
      if (retries === undefined ? this.enter(slot, nowNs) : retries.enter(slot, nowNs)) cut = true;
    return cut;
  }

  /** The request in `slot` reaches the router; returns true when a run was interrupted for it. */
  enter(slot: number, nowNs: number): boolean {
    const { pools, faults, retries } = this.#inside;
    const [first, second] = pools;
    const { outputTokens, outBefore, cachedTokens } = this.#setup.slots;
    if (outBefore[slot]! > 0) return first!.handover.resume(slot, nowNs);
    const { admission, slots } = this.#setup;
    const isRefused = faults?.refuses() === true || retries?.refuses() === true || admission?.admits(slot, slots, nowNs) === false;
    if (isRefused) first!.observer.refused(slot, -1, nowNs);
    else if (second !== undefined && outputTokens[slot]! > 1 && !second.setup.scheduler.handover!.fits(slot))
      first!.observer.rejected(slot, nowNs);
    else {
      const pool = second !== undefined && cachedTokens[slot]! > 0 ? second : first!;
      return pool.arrive(slot, nowNs, retries?.avoidedIn(pool.number, slot));
    }
    return false;
  }
}

/** The earlier of the next arrival from `source`, `afterNs` later, and the next from `frontEnd`. */
function eitherOf(source: NextArrival, frontEnd: NextArrival, afterNs: number): NextArrival {
  return {
    get nextNs(): number {
      return Math.min(source.nextNs + afterNs, frontEnd.nextNs);
    },
  };
}
