import { type Fault, isAny, type Lost, type Strike } from "@tokenyard/resilience";
import type { Timeline } from "../event.ts";
import { type Outage, outagesOf } from "./outage.ts";

/** All outages that faults make on replicas of `perReplica` ranks. */
export class Outages {
  readonly all: readonly Outage[];
  readonly #timeline: Timeline;

  /** `isOutage` tells which strikes are no mere delay. */
  constructor(faults: readonly Fault[], perReplica: number, timeline: Timeline, isOutage: (fault: Fault, strike: Strike) => boolean) {
    this.#timeline = timeline;
    this.all = faults.flatMap((fault, number) =>
      fault.strikes.flatMap((strike, s) =>
        isAny(fault, strike) && isOutage(fault, strike) ? outagesOf(fault, number, s, perReplica) : [],
      ),
    );
  }

  numberOf(outage: Outage): number {
    return this.all.indexOf(outage);
  }

  /** Those of strike number `strike` of fault number `fault`. */
  of(fault: number, strike: number): Outage[] {
    return this.all.filter((outage) => outage.fault === fault && outage.strike === strike);
  }

  /** Those that keep `replica` down now. */
  openIn(replica: number): Outage[] {
    return this.all.filter((outage) => outage.isOpen && outage.replica === replica && outage.of.slows === undefined);
  }

  /** Those that slow it. */
  slowing(replica: number): Outage[] {
    return this.all.filter((outage) => outage.isOpen && outage.replica === replica && outage.of.slows !== undefined);
  }

  close(outage: Outage, nowNs: number): void {
    outage.isOpen = false;
    outage.resumedNs = nowNs;
    if (outage.detection !== undefined) this.#timeline.cancel(outage.detection);
    if (outage.settles !== undefined) this.#timeline.cancel(outage.settles);
    outage.detection = undefined;
    outage.settles = undefined;
  }
}

/** What a replica has lost by `outages`. */
export function lostBy(outages: readonly Outage[]): Lost {
  return {
    ranks: outages.flatMap(({ of, ranks }) => (of.slot === undefined ? ranks : [])),
    slots: outages.flatMap(({ of: { slot } }) => slot ?? []),
    slotRanks: outages.flatMap(({ of, ranks }) => (of.slot === undefined ? [] : ranks)),
  };
}
