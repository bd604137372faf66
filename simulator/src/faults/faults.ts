import { nsFromSeconds } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import { type Fault, faultOf, isAny, reactionOf, sightOf } from "@tokenyard/resilience";
import type { HealthSpec, Scenario } from "@tokenyard/scenario";
import type { FaultEvent, Timeline } from "../event.ts";
import type { Pool } from "../stages/pool.ts";
import { Doors } from "./doors.ts";
import { Evacuation } from "./evacuation.ts";
import { loadSecondsOf } from "./load-seconds.ts";
import { type Outage, outagesOf, slowdownBy } from "./outage.ts";
import { createReplicaState, type ReplicaState } from "./replica-state.ts";
import { createToll, type Toll } from "./toll.ts";

/** What strikes a run: who is down from when to when, who knows of it, and what becomes of requests. Source: docs/faults.md. */
export class Faults {
  readonly outages: readonly Outage[];
  /** [faults] */
  readonly tolls: readonly Toll[];
  readonly faults: readonly Fault[];
  readonly #scenario: Scenario;
  /** Of faults that stop what they strike. */
  readonly #health: HealthSpec;
  readonly #pool: Pool;
  readonly #timeline: Timeline;
  readonly #evacuation: Evacuation;
  readonly #doors: Doors;
  readonly #withExperts: readonly boolean[];
  /** [replicas] */
  readonly #replicas: readonly ReplicaState[];
  /** GPUs that stand by. */
  #spares: number;

  constructor(scenario: Scenario, pool: Pool, timeline: Timeline) {
    const { faults = [], health, spares } = scenario;
    const { plan } = pool.setup;
    const perReplica = plan.stages * plan.ranksPerStage;
    this.#scenario = scenario;
    this.#health = health!;
    this.#pool = pool;
    this.#timeline = timeline;
    this.#evacuation = new Evacuation(pool, health?.inFlight ?? "fail");
    this.#withExperts = layerKinds(scenario.model).map((kind) => kind === "moe");
    this.#spares = spares?.kind === "ranks" ? spares.count : 0;
    this.faults = faults.map((spec) => faultOf(spec, plan));
    this.tolls = faults.map(createToll);
    this.outages = this.faults.flatMap((fault, number) => (isAny(fault) ? outagesOf(fault, number, perReplica) : []));
    this.#replicas = Array.from({ length: plan.replicas }, (_, replica) =>
      createReplicaState(
        this.outages.filter((outage) => outage.replica === replica && outage.of.slows === undefined).map(({ of }) => of.atNs),
      ),
    );
    this.#doors = new Doors(pool, this.#evacuation, this.#replicas);
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
      case "rejoined":
        this.#rejoin(event.replica, nowNs);
        return;
      case "recovered":
        this.#recover(event.replica, nowNs);
        return;
    }
  }

  /** `replica`, which is down, has something to compute since `nowNs`. */
  stalled(replica: number, nowNs: number): void {
    if (this.#replicas[replica]!.cures.length > 0) return; // it is known to be down, and nothing is sent there
    for (const outage of this.#openIn(replica)) {
      if (outage.trafficNs !== undefined) continue;
      outage.trafficNs = nowNs;
      this.#watch(outage);
    }
  }

  /** Whether requests that come now are refused. */
  refuses(): boolean {
    return this.#health?.whileDown === "reject" && !this.#pool.setup.scheduler.recovery!.isAnyOpen();
  }

  /** Nothing happens after `nowNs`. */
  close(nowNs: number): void {
    for (const [replica, state] of this.#replicas.entries()) {
      this.#countMasked(replica);
      if (!Number.isNaN(state.downSinceNs)) this.#pool.down(replica, state.downSinceNs, nowNs);
    }
  }

  #strike(outage: Outage, nowNs: number): void {
    const { replica } = outage;
    const state = this.#replicas[replica]!;
    outage.isOpen = true;
    if (outage.of.slows !== undefined) {
      this.#slow(replica, nowNs);
      return;
    }
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
    if (outage.of.slows !== undefined) {
      this.#close(outage, nowNs);
      this.#slow(outage.replica, nowNs);
      return;
    }
    this.#spares += outage.spares;
    outage.spares = 0;
    if (!outage.isOpen) return;
    if (state.cures.includes(outage)) {
      if (outage.of.isGone && state.recovery === undefined) this.#react(outage.replica, nowNs); // it waited for the GPU
      return;
    }
    if (outage.of.isGone) return;
    this.#close(outage, nowNs);
    this.#resume(outage.replica, nowNs);
  }

  /** Passes that come to the stages of `replica` from now on are as slow as the faults that it has make its ranks. */
  #slow(replica: number, nowNs: number): void {
    const { plan } = this.#pool.setup;
    const slowing = this.outages.filter((outage) => outage.isOpen && outage.replica === replica && outage.of.slows !== undefined);
    const slowdown = slowing.length === 0 ? undefined : slowdownBy(slowing, plan.stages * plan.ranksPerStage);
    this.#pool.slow(replica, slowdown, nowNs);
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
    const { setup } = this.#pool;
    outage.detection = undefined;
    outage.detectedBy = sightOf(this.#health, outage.of, outage.trafficNs)!.by;
    outage.detectedNs = nowNs;
    if (this.#health.onLoss.kind === "hang") return;
    const wereClosed = state.cures.length > 0;
    state.cures = this.#openIn(replica);
    const lost = [...state.cures, ...state.shrunk].flatMap(({ ranks }) => ranks);
    state.reaction = reactionOf(this.#scenario, setup.plan, this.#withExperts, lost, loadSecondsOf(this.#scenario, setup));
    const { restarts, losses, stages } = state.reaction;
    const toll = this.tolls[outage.fault]!;
    for (const { missing } of stages.values()) toll.expertsMissing += missing;
    const homes = this.#doors.homesOf(replica);
    this.#doors.close(replica);
    const cleared = restarts || this.#health.aborts === "replica" ? homes : homes.filter((_, group) => losses.dataGroups.has(group));
    this.#evacuation.clear(cleared, wereClosed, toll, nowNs);
    if (this.#health.whileDown === "wait") this.#doors.gather(nowNs);
    this.#react(replica, nowNs);
  }

  /** The replica serves again after what its reaction takes; one that needs all of its GPUs waits until there is one for each. */
  #react(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { shrinks, seconds } = state.reaction!;
    if (state.recovery !== undefined) this.#timeline.cancel(state.recovery);
    state.recovery = undefined;
    for (const outage of shrinks ? [] : [...state.cures, ...state.shrunk]) {
      const isLacking = outage.of.isGone && outage.of.endNs > nowNs && outage.spares === 0;
      if (!isLacking) continue;
      if (this.#spares < outage.ranks.length) return;
      this.#spares -= outage.ranks.length;
      outage.spares = outage.ranks.length;
    }
    state.recovery = this.#timeline.schedule(nowNs + nsFromSeconds(seconds), { kind: "recovered", pool: 0, replica });
  }

  #recover(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { shrinks } = state.reaction!;
    this.#countMasked(replica);
    for (const outage of state.cures) this.#close(outage, nowNs);
    const shrunk = shrinks ? [...state.shrunk, ...state.cures].filter((outage) => this.#rejoinsNs(outage) > nowNs) : [];
    for (const outage of shrunk) {
      const rejoinsNs = this.#rejoinsNs(outage);
      if (state.shrunk.includes(outage) || rejoinsNs === Number.POSITIVE_INFINITY) continue;
      this.#pool.announceCut(replica, rejoinsNs);
      this.#timeline.schedule(rejoinsNs, { kind: "rejoined", pool: 0, replica });
    }
    state.recovery = undefined;
    state.cures = [];
    state.shrunk = shrunk;
    this.#reshape(replica, nowNs);
    this.#resume(replica, nowNs);
  }

  /** When the ranks of `outage` take part again in a replica that went on without them. */
  #rejoinsNs({ of }: Outage): number {
    const { onLoss } = this.#health;
    const rejoin = "rejoin" in onLoss ? onLoss.rejoin : undefined;
    return rejoin === undefined ? Number.POSITIVE_INFINITY : of.endNs + nsFromSeconds(rejoin);
  }

  #rejoin(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    this.#countMasked(replica);
    state.shrunk = state.shrunk.filter((outage) => this.#rejoinsNs(outage) > nowNs);
    this.#reshape(replica, nowNs);
    if (state.cures.length === 0) this.#doors.open(replica);
    this.#pool.touch(replica, nowNs);
  }

  /** From now on the replica, or what is left of it, is without the ranks that it has shrunk by. */
  #reshape(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { plan } = this.#pool.setup;
    const lost = state.shrunk.flatMap(({ ranks }) => ranks);
    if (lost.length === 0 && state.lostGroups.size === 0) return;
    const reaction = lost.length === 0 ? undefined : reactionOf(this.#scenario, plan, this.#withExperts, lost, () => 0);
    const placements = new Map([...(reaction?.stages ?? [])].map(([stage, { placement }]) => [stage, placement]));
    state.lostGroups = reaction?.losses.dataGroups ?? new Set();
    const perReplica = plan.stages * plan.ranksPerStage;
    this.#pool.reshape(replica, new Set(lost.map((rank) => rank % perReplica)), placements, nowNs);
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
    if (state.cures.length === 0) this.#doors.open(replica);
    this.#doors.gather(nowNs);
    this.#pool.touch(replica, nowNs);
    if (this.#openIn(replica).length > 0) return;
    this.#pool.resume(replica, state.downSinceNs, nowNs);
    state.downSinceNs = Number.NaN;
  }

  /** Copies that have been masked since are the toll of the first loss that `replica` has shrunk by. */
  #countMasked(replica: number): void {
    const state = this.#replicas[replica]!;
    const copies = this.#pool.gate.maskedCopies[replica]!;
    const [first] = state.shrunk;
    if (first !== undefined) this.tolls[first.fault]!.degradedTokens += copies - state.maskedCopies;
    state.maskedCopies = copies;
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
    return this.outages.filter((outage) => outage.isOpen && outage.replica === replica && outage.of.slows === undefined);
  }
}
