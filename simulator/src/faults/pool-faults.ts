import { nsFromSeconds } from "@tokenyard/engine";
import { type Fault, isAny } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { Moves } from "../pools/moves.ts";
import type { Pool } from "../pools/pool.ts";
import type { Delays } from "../programs/links/link-downs.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { AdmissionGates } from "./admission-gates.ts";
import { Detection } from "./detection.ts";
import type { Evacuating } from "./evacuations/evacuation.ts";
import type { FaultContext } from "./fault-context.ts";
import { delayBy, LinkLosses, type OutageRule } from "./link-losses.ts";
import type { FaultImpact } from "./outages/fault-impact.ts";
import { type FaultEvent, type Outage, slowdownBy } from "./outages/outage.ts";
import { Outages } from "./outages/outages.ts";
import { Recovery } from "./recovery.ts";
import { createReplicaState } from "./replica-state.ts";
import { Reshaping } from "./reshaping.ts";

/** Parts of the faults of a pool. */
interface Parts {
  /** All faults of the scenario, with the ranks of this pool alone, numbered from its first. */
  readonly faults: readonly Fault[];
  readonly pool: Pool;
  readonly timeline: Timeline<FaultEvent>;
  /** Moves of caches between pools. */
  readonly moves: Moves | undefined;
  /** [faults] impact of each, summed over pools */
  readonly tolls: readonly FaultImpact[];
  /** Delays in all pools. */
  readonly delays: Delays;
  evacuationOf(outages: Outages): Evacuating;
}

/** Faults of a pool: times in which replicas are down, detection, and the outcomes of requests. Source: docs/faults.md. */
export class PoolFaults {
  readonly #context: FaultContext;
  readonly #detection: Detection;
  readonly #recovery: Recovery;
  readonly #reshaping: Reshaping;
  readonly #links: LinkLosses;

  constructor({ faults, pool, timeline, moves, tolls, delays, evacuationOf }: Parts) {
    const { plan, scenario } = pool.setup;
    const { health } = scenario;
    const isOutage = outageRule(scenario);
    delayBy(faults, isOutage, pool, delays);
    const outages = new Outages(faults, plan.stages * plan.ranksPerStage, timeline, isOutage, pool.number);
    const evacuation = evacuationOf(outages);
    const replicas = Array.from({ length: plan.replicas }, (_, replica) =>
      createReplicaState(outages.all.filter((outage) => outage.replica === replica && stops(outage)).map(({ atNs }) => atNs)),
    );
    const doors = new AdmissionGates(pool, evacuation, replicas);
    this.#context = { scenario, health: health!, pool, timeline, outages, moves, replicas, doors, tolls };
    this.#detection = new Detection(this.#context);
    this.#reshaping = new Reshaping(this.#context);
    this.#recovery = new Recovery(this.#context, evacuation, this.#reshaping);
    this.#links = new LinkLosses(this.#context, this.#recovery, this.#reshaping);
    for (const [number, fault] of faults.entries()) this.#schedule(fault, number);
    for (const replica of replicas.keys()) this.#announce(replica);
    const slowing = outages.all.filter((outage) => !stops(outage));
    for (const replica of replicas.keys()) {
      const turnsNs = slowing.flatMap((outage) => (outage.replica === replica ? [outage.atNs, outage.endNs] : []));
      pool.impairments.foreseeSlow(replica, turnsNs);
    }
  }

  get outages(): readonly Outage[] {
    return this.#context.outages.all;
  }

  /** Numbers of faults that have struck and are not made good. */
  get inForce(): number[] {
    return this.#context.outages.open.map(({ fault }) => fault);
  }

  /** Earliest scheduled end of `outage`, which is open at the end of a run; Infinity: never. */
  endNs(outage: Outage): number {
    const { recovering, recovery } = this.#context.replicas[outage.replica]!;
    if (recovering.includes(outage)) return recovery?.timeNs ?? outage.endNs; // else it waits for GPUs
    const next = outage.detection ?? outage.settles;
    if (next !== undefined) return next.timeNs;
    return !outage.of.isGone && outage.fate === undefined ? outage.endNs : Number.POSITIVE_INFINITY; // it ends by itself, or nothing scheduled ends it
  }

  handle(event: FaultEvent, nowNs: number): void {
    const { outages } = this.#context;
    switch (event.kind) {
      case "fault-started":
        for (const outage of outages.of(event.fault, event.strike)) this.#strike(outage, nowNs);
        return;
      case "fault-ended":
        for (const outage of outages.of(event.fault, event.strike)) this.#end(outage, nowNs);
        return;
      case "fault-detected": {
        const outage = outages.all[event.outage]!;
        this.#detection.know(outage, nowNs, false);
        if (!this.#recovery.restarts(outage)) this.#recovery.begin(outage, nowNs);
        return;
      }
      case "collective-settled": {
        const outage = outages.all[event.outage]!;
        if (!this.#links.settle(outage, nowNs)) return;
        this.#detection.know(outage, nowNs, true);
        this.#recovery.begin(outage, nowNs);
        return;
      }
      case "rejoined":
        this.#reshaping.rejoin(event.replica, nowNs);
        return;
      case "recovered":
        this.#recovery.end(event.replica, nowNs);
        return;
    }
  }

  /** `replica`, which is down, has something to compute since `nowNs`. */
  stalled(replica: number, nowNs: number): void {
    const { replicas, outages } = this.#context;
    if (replicas[replica]!.recovering.length > 0) return; // it is known to be down, and nothing is sent there
    for (const outage of outages.openIn(replica)) {
      if (outage.trafficNs !== undefined) continue;
      outage.trafficNs = nowNs;
      if (outage.of.ofLinks) this.#links.meet(outage, nowNs);
      this.#detection.watch(outage);
    }
  }

  /** Whether requests that come now are refused. */
  refuses(): boolean {
    const { scenario, pool } = this.#context;
    const { reachability } = pool.setup.scheduler; // none where all there may be is slow
    return scenario.health?.whileDown === "reject" && reachability !== undefined && !reachability.isAnyOpen();
  }

  /** Closes open outages at `nowNs`, the end of the run. */
  close(nowNs: number): void {
    const { replicas, pool } = this.#context;
    for (const [replica, state] of replicas.entries()) {
      this.#reshaping.countMasked(replica);
      if (!Number.isNaN(state.downSinceNs)) pool.impairments.down(replica, state.downSinceNs, nowNs);
    }
  }

  #schedule(fault: Fault, number: number): void {
    const { timeline, pool } = this.#context;
    for (const [s, strike] of fault.strikes.entries()) {
      if (!isAny(fault, strike)) continue;
      timeline.schedule(strike.atNs, { kind: "fault-started", pool: pool.number, fault: number, strike: s });
      if (strike.endNs === Number.POSITIVE_INFINITY) continue;
      timeline.schedule(strike.endNs, { kind: "fault-ended", pool: pool.number, fault: number, strike: s });
    }
  }

  #strike(outage: Outage, nowNs: number): void {
    const { replica } = outage;
    const { replicas, pool } = this.#context;
    const state = replicas[replica]!;
    this.#context.outages.strike(outage);
    if (!stops(outage)) {
      this.#slow(replica, nowNs);
      return;
    }
    const isLocal = outage.of.ofLinks && this.#links.isLocal(outage, nowNs);
    if (Number.isNaN(state.downSinceNs) && !isLocal) {
      state.downSinceNs = nowNs;
      pool.impairments.stop(replica);
      this.#context.moves?.breakOff(nowNs);
    }
    if (state.strikes.at(-1) === nowNs) {
      state.strikes.pop();
      this.#announce(replica);
    }
    if (isLocal) this.#links.stay(outage, nowNs);
    else this.#detection.watch(outage);
  }

  /** Ends a fault: a process that is still there continues, one that has ended must be started. */
  #end(outage: Outage, nowNs: number): void {
    const { outages, replicas } = this.#context;
    if (!stops(outage)) {
      outages.close(outage, nowNs);
      this.#slow(outage.replica, nowNs);
      return;
    }
    this.#recovery.whole(outage, nowNs);
    if (outage.of.ofLinks && !this.#links.up(outage, nowNs)) return;
    if (!outage.isOpen || replicas[outage.replica]!.recovering.includes(outage) || outage.of.isGone) return;
    outages.close(outage, nowNs);
    this.#recovery.resume(outage.replica, nowNs);
  }

  /** Slows down passes that come to the stages of `replica` from now on, by its faults. */
  #slow(replica: number, nowNs: number): void {
    const { outages, pool } = this.#context;
    const { stages, ranksPerStage } = pool.setup.plan;
    const slowing = outages.slowing(replica);
    pool.impairments.slow(replica, slowing.length === 0 ? undefined : slowdownBy(slowing, stages * ranksPerStage));
    pool.touch(replica, nowNs);
  }

  /** Announces the next strike on `replica` as a cut; later ones follow when it has passed. */
  #announce(replica: number): void {
    const { replicas, pool } = this.#context;
    const nextNs = replicas[replica]!.strikes.at(-1);
    if (nextNs !== undefined) pool.announceCut(replica, nextNs);
  }
}

/** Strikes of links are outages if they exceed the waits of collectives; others always are. */
export function outageRule({ communication }: Scenario): OutageRule {
  const giveUpNs = communication === undefined ? 0 : nsFromSeconds(communication.giveUp);
  return ({ ofLinks }, { atNs, endNs }) => !ofLinks || endNs - atNs > giveUpNs;
}

/** Whether its replica computes nothing meanwhile. */
function stops({ of }: Outage): boolean {
  return of.slows === undefined;
}
