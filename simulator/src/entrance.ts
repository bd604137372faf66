import { createArrivingRequest } from "@tokenyard/serving";
import type { Faults } from "./faults/faults.ts";
import { FrontEnd } from "./front-end.ts";
import type { Observers } from "./logs/requests/observers.ts";
import type { Pool } from "./pools/pool.ts";
import type { NextArrival } from "./pools/surroundings.ts";
import type { Retries } from "./retries/retries.ts";
import type { Setup } from "./setup/setup.ts";

/** What lies behind the entrance. */
interface Inside {
  /** The first takes requests in. */
  readonly pools: readonly Pool[];
  readonly faults: Faults | undefined;
  readonly retries: Retries | undefined;
}

/** Where requests come in: from their source, by the front end where that takes time, to the first pool, unless they are refused; those with context in the cache of the second go there. */
export class Entrance {
  readonly #setup: Setup;
  readonly #observer: Observers;
  /** Where it takes time. */
  readonly frontEnd: FrontEnd | undefined;
  /** Knows when the next comes from the source, or leaves the front end; infinite if none is known. A field of most sources: a loop asks for it all the time. */
  readonly comes: NextArrival;
  /** When the next request may leave for a pool, at the earliest: what comes from the source now has the front end before it. */
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

  /** To be called before anybody comes. */
  open(inside: Inside): void {
    this.#inside = inside;
  }

  /** Lets in who comes now; true when a run was cut short for that. */
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

  /** The request in `slot` comes to the router; true when a run was cut short for it. */
  enter(slot: number, nowNs: number): boolean {
    const { pools, faults, retries } = this.#inside;
    const [first, second] = pools;
    const { outputTokens, outBefore, cachedTokens } = this.#setup.slots;
    if (outBefore[slot]! > 0) return first!.handover.resume(slot, nowNs);
    if (faults?.refuses() === true || retries?.refuses() === true) first!.observer.refused(slot, -1, nowNs);
    else if (second !== undefined && outputTokens[slot]! > 1 && !second.setup.scheduler.handover!.fits(slot))
      first!.observer.rejected(slot, nowNs);
    else {
      const pool = second !== undefined && cachedTokens[slot]! > 0 ? second : first!;
      return pool.arrive(slot, nowNs, retries?.avoidedIn(pool.number, slot));
    }
    return false;
  }
}

/** The next from `source`, `afterNs` later, or from `frontEnd`. */
function eitherOf(source: NextArrival, frontEnd: NextArrival, afterNs: number): NextArrival {
  return {
    get nextNs(): number {
      return Math.min(source.nextNs + afterNs, frontEnd.nextNs);
    },
  };
}
