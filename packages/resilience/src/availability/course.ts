import { nsFromSeconds } from "@tokenyard/engine";
import { collectiveFate } from "../collective-fate.ts";
import { sightOf } from "../detection.ts";
import { StandBy } from "../stand-by.ts";
import { Account } from "./account.ts";
import { Agenda } from "./agenda.ts";
import type { Failure } from "./failure.ts";
import type { Fleet, Traffic } from "./fleet.ts";
import type { Reactions } from "./reactions.ts";
import { createStruckReplica, isBroken, type LongOutage, longOutages, lostBy, paceOf, type StruckReplica } from "./struck-replica.ts";

type Event =
  | { readonly kind: "ended"; readonly outage: LongOutage }
  | { readonly kind: "quick"; readonly replica: number; readonly failure: Failure }
  | { readonly kind: "detected"; readonly outage: LongOutage }
  | { readonly kind: "settled"; readonly outage: LongOutage }
  | { readonly kind: "rejoined"; readonly replica: number }
  | { readonly kind: "recovered"; readonly replica: number };

/** Of one instant, as in the timeline of a run: what strikes comes after what ends. */
const ORDER = { ended: 0, detected: 4, settled: 5, rejoined: 6, recovered: 7 } as const;

/**
 * Who is down from when to when while `failures` strike: what faults do in a run (docs/faults.md), by the same detectors and reactions, without the requests. There
 * is always something to compute.
 */
export class Course {
  readonly account: Account;
  /** In the order in which they struck. */
  readonly outages: LongOutage[] = [];
  readonly #fleet: Fleet;
  readonly #reactions: Reactions;
  readonly #agenda = new Agenda<Event>();
  readonly #replicas: readonly StruckReplica[];
  readonly #perReplica: number;
  readonly #groups: number;
  readonly #standBy: StandBy;
  readonly #giveUpNs: number;

  constructor(fleet: Fleet, reactions: Reactions, traffic: Traffic) {
    const { plan, scenario } = fleet;
    this.#fleet = fleet;
    this.#reactions = reactions;
    this.#perReplica = plan.stages * plan.ranksPerStage;
    this.#groups = plan.dataGroups;
    this.#replicas = Array.from({ length: plan.replicas }, createStruckReplica);
    this.#standBy = new StandBy(scenario.spares?.kind === "ranks" ? scenario.spares.count : 0);
    this.#giveUpNs = nsFromSeconds(scenario.communication?.giveUp ?? 0);
    this.account = new Account(plan.replicas, plan.dataGroups, traffic, scenario.health!.whileDown === "reject");
  }

  /** What strikes, in order of time, and all that follows from it until `untilNs`. */
  run(failures: readonly Failure[], untilNs: number): void {
    for (const failure of failures) {
      if (failure.atNs > untilNs) break;
      this.#passBefore(failure.atNs);
      this.#strike(failure);
    }
    for (let entry = this.#agenda.next(untilNs); entry !== undefined; entry = this.#agenda.next(untilNs))
      this.#handle(entry.event, entry.timeNs);
    this.account.pass(untilNs);
    for (const [replica, { downSinceNs, stalledSinceNs, cures }] of this.#replicas.entries()) {
      if (Number.isNaN(downSinceNs)) continue;
      if (cures.length === 0) this.account.stalled(stalledSinceNs, untilNs, 1); // they have no answer
      this.#end(replica, untilNs);
    }
  }

  /** All that comes before something strikes at `atNs`: what ends then, too. */
  #passBefore(atNs: number): void {
    while (true) {
      const entry = this.#agenda.next(atNs, ORDER.ended);
      if (entry === undefined) return;
      this.#handle(entry.event, entry.timeNs);
    }
  }

  #handle(event: Event, nowNs: number): void {
    switch (event.kind) {
      case "ended":
        this.#mend(event.outage, nowNs);
        return;
      case "quick":
        this.#quicken(event.replica, event.failure, nowNs);
        return;
      case "detected":
        this.#know(event.outage, nowNs, false);
        return;
      case "settled":
        this.#settle(event.outage, nowNs);
        return;
      case "rejoined":
        this.#rejoin(event.replica, nowNs);
        return;
      case "recovered":
        this.#recover(event.replica, nowNs);
        return;
    }
  }

  #strike(failure: Failure): void {
    const { atNs } = failure;
    if (failure.slows !== undefined) {
      this.#slow(failure);
      return;
    }
    for (const outage of longOutages(failure, this.#perReplica, this.#giveUpNs)) {
      const state = this.#replicas[outage.replica]!;
      if (isBroken(state, outage)) continue;
      this.outages.push(outage);
      this.account.struck(failure.cause);
      state.open = [...state.open, outage];
      outage.isOpen = true;
      if (failure.endNs < Number.POSITIVE_INFINITY) this.#agenda.add(failure.endNs, ORDER.ended, { kind: "ended", outage });
      const isTakenForUp = state.cures.length === 0;
      if (Number.isNaN(state.downSinceNs)) {
        state.downSinceNs = atNs;
        state.stalledSinceNs = atNs;
        this.#stand(outage.replica, atNs);
      }
      if (isTakenForUp) this.#meet(outage, atNs);
      this.#watch(outage);
    }
  }

  /** Its replica goes on, slower: nobody looks for that, and no reaction ends it. */
  #slow(failure: Failure): void {
    const replica = Math.floor(failure.ranks[0]! / this.#perReplica);
    const state = this.#replicas[replica]!;
    this.account.struck(failure.cause);
    state.slow = [...state.slow, failure];
    this.#agenda.add(failure.endNs, ORDER.ended, { kind: "quick", replica, failure });
    this.#stand(replica, failure.atNs);
  }

  #quicken(replica: number, failure: Failure, nowNs: number): void {
    const state = this.#replicas[replica]!;
    state.slow = state.slow.filter((each) => each !== failure);
    this.#stand(replica, nowNs);
  }

  /** Something is to be computed: collectives wait for links. */
  #meet(outage: LongOutage, nowNs: number): void {
    if (outage.trafficNs !== undefined) return;
    outage.trafficNs = nowNs;
    const { fault, isDelay } = outage;
    if (!fault.ofLinks || isDelay) return;
    const waits = fault.waits?.();
    outage.fate = collectiveFate(this.#fleet.scenario.communication!, nowNs, outage.endNs, () => waits!.next());
    outage.settles = this.#agenda.add(outage.fate.atNs, ORDER.settled, { kind: "settled", outage });
  }

  /** They go on, or have given up. */
  #settle(outage: LongOutage, nowNs: number): void {
    outage.settles = undefined;
    if (!outage.isOpen || this.#replicas[outage.replica]!.cures.includes(outage)) return;
    if (!outage.fate!.gaveUp) this.#pass(outage, nowNs);
    else if (this.#fleet.scenario.communication!.fallback === "fail" && outage.detectedBy === undefined) this.#know(outage, nowNs, true);
  }

  #watch(outage: LongOutage): void {
    if (outage.detectedBy !== undefined || outage.isDelay) return;
    const sight = sightOf(this.#fleet.scenario.health!, outage.fault, outage.fault.atNs, outage.trafficNs);
    if (sight === undefined || sight.atNs >= (outage.detection?.timeNs ?? Number.POSITIVE_INFINITY)) return;
    if (outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = this.#agenda.add(sight.atNs, ORDER.detected, { kind: "detected", outage });
  }

  #mend(outage: LongOutage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    for (const replica of this.#standBy.release(outage)) this.#react(replica, nowNs); // they may have waited for it
    if (outage.fate !== undefined || !outage.isOpen || state.cures.includes(outage) || outage.fault.isGone) return;
    this.#pass(outage, nowNs);
  }

  /** It is over by itself. */
  #pass(outage: LongOutage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    this.#close(outage, nowNs);
    if (state.cures.length === 0 && state.open.length === 0) this.account.stalled(state.stalledSinceNs, nowNs, 0);
    this.#resume(outage.replica, nowNs);
  }

  /** It is known now, by its detectors or because a collective told of it. */
  #know(outage: LongOutage, nowNs: number, isTold: boolean): void {
    const { health } = this.#fleet.scenario;
    const { replica } = outage;
    const state = this.#replicas[replica]!;
    if (isTold && outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = undefined;
    outage.detectedBy = isTold ? "communication" : sightOf(health!, outage.fault, outage.fault.atNs, outage.trafficNs)!.by;
    outage.detectedNs = nowNs;
    this.account.known(outage);
    if (health!.onLoss.kind === "hang") return;
    const wasClosed = state.cures.length > 0;
    state.cures = state.open.filter(({ isDelay }) => !isDelay);
    const reaction = this.#reactions.of(lostBy([...state.cures, ...state.shrunk]));
    state.reaction = reaction;
    const cleared = reaction.restarts || isTold || health!.aborts === "replica" ? this.#groups : reaction.lostGroups;
    if (!wasClosed) this.account.stalled(state.stalledSinceNs, nowNs, health!.inFlight === "fail" ? cleared / this.#groups : 0);
    this.#stand(replica, nowNs);
    this.#react(replica, nowNs);
  }

  #react(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { shrinks, seconds } = state.reaction!;
    if (state.recovery !== undefined) state.recovery.isOff = true;
    state.recovery = undefined;
    if (!this.#standBy.equips(replica, shrinks ? [] : [...state.cures, ...state.shrunk], nowNs)) return;
    state.recovery = this.#agenda.add(nowNs + nsFromSeconds(seconds), ORDER.recovered, { kind: "recovered", replica });
  }

  #recover(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    for (const outage of state.cures) this.#close(outage, nowNs);
    const shrunk = state.reaction!.shrinks ? [...state.shrunk, ...state.cures].filter((outage) => this.#rejoinsNs(outage) > nowNs) : [];
    for (const outage of shrunk) {
      const rejoinsNs = this.#rejoinsNs(outage);
      if (state.shrunk.includes(outage) || rejoinsNs === Number.POSITIVE_INFINITY) continue;
      this.#agenda.add(rejoinsNs, ORDER.rejoined, { kind: "rejoined", replica });
    }
    state.recovery = undefined;
    state.cures = [];
    state.shrunk = shrunk;
    state.stalledSinceNs = nowNs;
    this.#reshape(state);
    this.#resume(replica, nowNs);
  }

  #rejoinsNs({ fault }: LongOutage): number {
    const { onLoss } = this.#fleet.scenario.health!;
    const rejoin = "rejoin" in onLoss ? onLoss.rejoin : undefined;
    return rejoin === undefined ? Number.POSITIVE_INFINITY : fault.endNs + nsFromSeconds(rejoin);
  }

  #rejoin(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    state.shrunk = state.shrunk.filter((outage) => this.#rejoinsNs(outage) > nowNs);
    this.#reshape(state);
    this.#stand(replica, nowNs);
  }

  #reshape(state: StruckReplica): void {
    const reaction = state.shrunk.length === 0 ? undefined : this.#reactions.of(lostBy(state.shrunk));
    state.lostGroups = reaction?.lostGroups ?? 0;
    state.missing = reaction?.missing ?? 0;
  }

  #close(outage: LongOutage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    outage.isOpen = false;
    outage.resumedNs = nowNs;
    state.open = state.open.filter((each) => each !== outage);
    if (outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = undefined;
    if (outage.settles !== undefined) outage.settles.isOff = true;
    outage.settles = undefined;
  }

  /** Serves again, unless something else is broken: then it finds out. */
  #resume(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    if (state.open.length > 0) {
      for (const outage of state.cures.length === 0 ? state.open : []) {
        this.#meet(outage, nowNs);
        this.#watch(outage);
      }
    } else {
      this.#end(replica, nowNs);
    }
    this.#stand(replica, nowNs);
  }

  /** It is no longer down. */
  #end(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    this.account.down(state.downSinceNs, nowNs);
    state.downSinceNs = Number.NaN;
  }

  #stand(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    this.account.stand(replica, nowNs, {
      isUp: Number.isNaN(state.downSinceNs),
      isOpen: state.cures.length === 0,
      groups: this.#groups - state.lostGroups,
      pace: state.slow.length === 0 ? 1 : paceOf(state),
      missing: state.missing,
    });
  }
}
