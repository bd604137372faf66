import { nsFromSeconds, type Ticket } from "@tokenyard/engine";
import { type Fault, faultOf, isAny, sightOf } from "@tokenyard/resilience";
import type { HealthSpec, Scenario } from "@tokenyard/scenario";
import type { FaultEvent, Timeline } from "../event.ts";
import type { Pool } from "../stages/pool.ts";
import { Evacuation } from "./evacuation.ts";
import { createOutage, type Outage } from "./outage.ts";
import { createToll, type Toll } from "./toll.ts";

/** What strikes a run: who is down from when to when, who knows of it, and what becomes of requests. Source: docs/faults.md. */
export class Faults {
  readonly outages: readonly Outage[];
  /** [faults] */
  readonly tolls: readonly Toll[];
  readonly faults: readonly Fault[];
  readonly #health: HealthSpec;
  readonly #pool: Pool;
  readonly #timeline: Timeline;
  readonly #evacuation: Evacuation;
  /** [replicas] */
  readonly #replicas: readonly ReplicaState[];
  /** GPUs that stand by. */
  #spares: number;

  constructor({ faults = [], health, spares }: Scenario, pool: Pool, timeline: Timeline) {
    const { plan } = pool.setup;
    const perReplica = plan.stages * plan.ranksPerStage;
    this.#health = health!;
    this.#pool = pool;
    this.#timeline = timeline;
    this.#evacuation = new Evacuation(pool, health!.inFlight);
    this.#spares = spares?.kind === "ranks" ? spares.count : 0;
    this.faults = faults.map((spec) => faultOf(spec, plan));
    this.tolls = faults.map(createToll);
    this.outages = this.faults.flatMap((fault, number) => (isAny(fault) ? outagesOf(fault, number, perReplica) : []));
    this.#replicas = Array.from({ length: plan.replicas }, (_, replica) => {
      const strikes = this.outages.filter((outage) => outage.replica === replica).map(({ of }) => of.atNs);
      return { strikes: [...new Set(strikes)].sort((a, b) => b - a), downSinceNs: Number.NaN, restart: undefined, cures: [] };
    });
    for (const [number, fault] of this.faults.entries()) {
      if (!isAny(fault)) continue;
      timeline.schedule(fault.atNs, { kind: "fault-started", pool: 0, fault: number });
      if (fault.endNs < Number.POSITIVE_INFINITY) timeline.schedule(fault.endNs, { kind: "fault-ended", pool: 0, fault: number });
    }
    for (const replica of this.#replicas.keys()) this.#announce(replica);
  }

  handle(event: FaultEvent, nowNs: number): void {
    switch (event.kind) {
      case "fault-started":
        for (const outage of this.#of(event.fault)) this.#strike(outage, nowNs);
        return;
      case "fault-ended":
        for (const outage of this.#of(event.fault)) this.#end(outage, nowNs);
        return;
      case "fault-detected":
        this.#know(this.outages[event.outage]!, nowNs);
        return;
      case "recovered":
        this.#recover(event.replica, nowNs);
        return;
    }
  }

  /** `replica`, which is down, has something to compute since `nowNs`. */
  stalled(replica: number, nowNs: number): void {
    if (this.#replicas[replica]!.restart !== undefined) return; // it is known to be down, and nothing is sent there
    for (const outage of this.#openIn(replica)) {
      if (outage.trafficNs !== undefined) continue;
      outage.trafficNs = nowNs;
      this.#watch(outage);
    }
  }

  /** Whether requests that come now are refused. */
  refuses(): boolean {
    return this.#health.whileDown === "reject" && !this.#pool.setup.scheduler.recovery!.isAnyOpen();
  }

  /** Nothing happens after `nowNs`. */
  close(nowNs: number): void {
    for (const [replica, { downSinceNs }] of this.#replicas.entries())
      if (!Number.isNaN(downSinceNs)) this.#pool.down(replica, downSinceNs, nowNs);
  }

  #strike(outage: Outage, nowNs: number): void {
    const { replica } = outage;
    const state = this.#replicas[replica]!;
    outage.isOpen = true;
    if (Number.isNaN(state.downSinceNs)) {
      state.downSinceNs = nowNs;
      this.#pool.stop(replica);
    }
    if (state.strikes.at(-1) === nowNs) {
      state.strikes.pop();
      this.#announce(replica);
    }
    this.#watch(outage);
  }

  /** What is broken is whole again: a process that hung goes on where it was, one that has ended must be started. */
  #end(outage: Outage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    this.#spares += outage.spares;
    outage.spares = 0;
    if (!outage.isOpen) return;
    if (outage.of.isGone) {
      if (state.cures.includes(outage) && state.restart === undefined) this.#restart(outage.replica, nowNs); // it waited for the GPU
      return;
    }
    if (state.cures.includes(outage)) return; // its process is gone by now
    this.#close(outage, nowNs);
    this.#resume(outage.replica, nowNs);
  }

  /** Asks the detectors when they will know. */
  #watch(outage: Outage): void {
    if (outage.detectedBy !== undefined) return;
    const sight = sightOf(this.#health, outage.of, outage.trafficNs);
    if (sight === undefined || sight.atNs >= (outage.detection?.timeNs ?? Number.POSITIVE_INFINITY)) return;
    if (outage.detection !== undefined) this.#timeline.cancel(outage.detection);
    const number = this.outages.indexOf(outage);
    outage.detection = this.#timeline.schedule(sight.atNs, { kind: "fault-detected", pool: 0, outage: number });
  }

  #know(outage: Outage, nowNs: number): void {
    const { replica } = outage;
    const state = this.#replicas[replica]!;
    outage.detection = undefined;
    outage.detectedBy = sightOf(this.#health, outage.of, outage.trafficNs)!.by;
    outage.detectedNs = nowNs;
    const { onLoss } = this.#health;
    if (onLoss.kind === "hang") return;
    const wasClosed = state.cures.length > 0;
    state.cures = this.#openIn(replica);
    const homes = this.#homesOf(replica);
    for (const home of homes) this.#pool.setup.scheduler.recovery!.open(home, false);
    this.#evacuation.clear(homes, wasClosed, this.tolls[outage.fault]!, nowNs);
    this.#restart(replica, nowNs);
  }

  /** The replica starts once there is a GPU for each that it lost; while there is none it waits for that. */
  #restart(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { onLoss } = this.#health;
    if (onLoss.kind !== "restart") return;
    if (state.restart !== undefined) this.#timeline.cancel(state.restart);
    state.restart = undefined;
    for (const outage of state.cures) {
      const isLacking = outage.of.isGone && outage.of.endNs > nowNs && outage.spares === 0;
      if (!isLacking) continue;
      if (this.#spares < outage.ranks) return;
      this.#spares -= outage.ranks;
      outage.spares = outage.ranks;
    }
    state.restart = this.#timeline.schedule(nowNs + nsFromSeconds(onLoss.time), { kind: "recovered", pool: 0, replica });
  }

  #recover(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    state.restart = undefined;
    for (const outage of state.cures) this.#close(outage, nowNs);
    state.cures = [];
    this.#resume(replica, nowNs);
  }

  #close(outage: Outage, nowNs: number): void {
    outage.isOpen = false;
    outage.resumedNs = nowNs;
    if (outage.detection !== undefined) this.#timeline.cancel(outage.detection);
    outage.detection = undefined;
  }

  /** Serves again, unless something else is broken. */
  #resume(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { recovery } = this.#pool.setup.scheduler;
    if (state.cures.length === 0) for (const home of this.#homesOf(replica)) recovery!.open(home, true);
    for (const [other, { cures }] of this.#replicas.entries())
      if (cures.length > 0 && recovery!.isAnyOpen()) this.#evacuation.gather(this.#homesOf(other), nowNs);
    if (this.#openIn(replica).length > 0) {
      this.#pool.touch(replica, nowNs);
      return;
    }
    this.#pool.resume(replica, state.downSinceNs, nowNs);
    state.downSinceNs = Number.NaN;
  }

  /** Only the next strike is announced: what is timed ahead of it must be timed with care. */
  #announce(replica: number): void {
    const nextNs = this.#replicas[replica]!.strikes.at(-1);
    if (nextNs !== undefined) this.#pool.announceCut(replica, nextNs);
  }

  #of(fault: number): Outage[] {
    return this.outages.filter((outage) => outage.fault === fault);
  }

  #openIn(replica: number): Outage[] {
    return this.outages.filter((outage) => outage.isOpen && outage.replica === replica);
  }

  #homesOf(replica: number): number[] {
    const { dataGroups } = this.#pool.setup.plan;
    return Array.from({ length: dataGroups }, (_, group) => replica * dataGroups + group);
  }
}

interface ReplicaState {
  /** Instants of faults to come, falling. */
  readonly strikes: number[];
  /** NaN: it is up. */
  downSinceNs: number;
  restart: Ticket | undefined;
  /** What is known, and over once it has started again. */
  cures: readonly Outage[];
}

/** One for each replica that it strikes. */
function outagesOf(fault: Fault, number: number, perReplica: number): Outage[] {
  const ranks = new Map<number, number>();
  for (const rank of fault.ranks) {
    const replica = Math.floor(rank / perReplica);
    ranks.set(replica, (ranks.get(replica) ?? 0) + 1);
  }
  return [...ranks].map(([replica, count]) => createOutage(fault, number, replica, count));
}
