import { type Fault, isAny, type Lost, type Strike } from "@tokenyard/resilience";
import type { Timeline } from "../../timeline/timeline.ts";
import { type FaultEvent, type Outage, outagesOf } from "./outage.ts";

/** All outages of faults on replicas of `perReplica` ranks in a pool. */
export class Outages {
  readonly all: readonly Outage[];
  readonly #timeline: Timeline<FaultEvent>;
  readonly #numbers: ReadonlyMap<Outage, number>;
  /** Outages by fault. */
  readonly #ofFault: readonly (readonly Outage[])[];
  /** By replica, in the order of all: those that are open now. */
  readonly #open = new Map<number, readonly Outage[]>();

  /** `isOutage` says which strikes are no mere delay. */
  constructor(
    faults: readonly Fault[],
    perReplica: number,
    timeline: Timeline<FaultEvent>,
    isOutage: (fault: Fault, strike: Strike) => boolean,
    pool = 0,
  ) {
    this.#timeline = timeline;
    this.all = faults.flatMap((fault, number) =>
      fault.strikes.flatMap((strike, s) =>
        isAny(fault, strike) && isOutage(fault, strike) ? outagesOf(fault, number, s, perReplica, pool) : [],
      ),
    );
    this.#numbers = new Map(this.all.map((outage, number) => [outage, number]));
    const ofFault = faults.map((): Outage[] => []);
    for (const outage of this.all) ofFault[outage.fault]!.push(outage);
    this.#ofFault = ofFault;
  }

  /** All open outages. */
  get open(): readonly Outage[] {
    return [...this.#open.values()].flat();
  }

  numberOf(outage: Outage): number {
    return this.#numbers.get(outage)!;
  }

  /** Outages of strike number `strike` of fault number `fault`. */
  of(fault: number, strike: number): Outage[] {
    return this.#ofFault[fault]!.filter((outage) => outage.strike === strike);
  }

  /** Outages that keep `replica` down now. */
  openIn(replica: number): Outage[] {
    return this.#openOn(replica).filter(({ of }) => of.slows === undefined);
  }

  /** Outages that slow the replica down. */
  slowing(replica: number): Outage[] {
    return this.#openOn(replica).filter(({ of }) => of.slows !== undefined);
  }

  /** The outage strikes. */
  strike(outage: Outage): void {
    outage.isOpen = true;
    const open = [...this.#openOn(outage.replica), outage].sort((a, b) => this.numberOf(a) - this.numberOf(b));
    this.#open.set(outage.replica, open);
  }

  close(outage: Outage, nowNs: number): void {
    outage.isOpen = false;
    this.#open.set(
      outage.replica,
      this.#openOn(outage.replica).filter((each) => each !== outage),
    );
    outage.resumedNs = nowNs;
    if (outage.detection !== undefined) this.#timeline.cancel(outage.detection);
    if (outage.settles !== undefined) this.#timeline.cancel(outage.settles);
    outage.detection = undefined;
    outage.settles = undefined;
  }

  #openOn(replica: number): readonly Outage[] {
    return this.#open.get(replica) ?? [];
  }
}

/** Losses of a replica by `outages`. */
export function lostBy(outages: readonly Outage[]): Lost {
  return {
    ranks: outages.flatMap(({ of, ranks }) => (of.slot === undefined ? ranks : [])),
    slots: outages.flatMap(({ of: { slot } }) => slot ?? []),
    slotRanks: outages.flatMap(({ of, ranks }) => (of.slot === undefined ? [] : ranks)),
  };
}
