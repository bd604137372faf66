import { nsFromSeconds } from "@tokenyard/engine";
import { lossPolicyOf } from "../loss-policy.ts";
import { StandBy } from "../stand-by.ts";
import { Account } from "./account.ts";
import { Agenda } from "./agenda.ts";
import { type CourseEvent, ORDER } from "./course-event.ts";
import type { Failure } from "./failure.ts";
import type { Fleet, Traffic } from "./fleet.ts";
import { Lookout } from "./lookout.ts";
import type { Reactions } from "./reactions.ts";
import { rejoinsNs, reshape, stillGone } from "./shrinking.ts";
import { createStruckReplica, isBroken, type LongOutage, longOutages, lostBy, type StruckReplica, standing } from "./struck-replica.ts";

/**
 * Outages of replicas while `failures` strike: the effects of faults in a run (docs/faults.md), with the same detectors and reactions,
 * without requests. There is always work.
 */
export class FailureTimeline {
  readonly account: Account;
  /** Outages in the order in which they struck. */
  readonly outages: LongOutage[] = [];
  readonly #fleet: Fleet;
  readonly #reactions: Reactions;
  readonly #agenda = new Agenda<CourseEvent>();
  readonly #replicas: readonly StruckReplica[];
  readonly #perReplica: number;
  readonly #groups: number;
  readonly #standBy: StandBy;
  readonly #lookout: Lookout;
  readonly #giveUpNs: number;

  constructor(fleet: Fleet, reactions: Reactions, traffic: Traffic) {
    const { plan, scenario } = fleet;
    this.#fleet = fleet;
    this.#reactions = reactions;
    this.#perReplica = plan.stages * plan.ranksPerStage;
    this.#groups = plan.dataGroups;
    this.#replicas = Array.from({ length: plan.replicas }, createStruckReplica);
    this.#standBy = new StandBy(scenario.spares?.kind === "ranks" ? scenario.spares.count : 0);
    this.#lookout = new Lookout(fleet, this.#agenda);
    this.#giveUpNs = nsFromSeconds(scenario.communication?.giveUp ?? 0);
    this.account = new Account(plan.replicas, plan.dataGroups, traffic, scenario.health!.whileDown === "reject");
  }

  /** Processes strikes in order of time, with all their consequences until `untilNs`. */
  run(failures: readonly Failure[], untilNs: number): void {
    for (const failure of failures) {
      if (failure.atNs > untilNs) break;
      this.#passBefore(failure.atNs);
      this.#strike(failure);
    }
    for (let entry = this.#agenda.next(untilNs); entry !== undefined; entry = this.#agenda.next(untilNs))
      this.#handle(entry.event, entry.timeNs);
    this.account.pass(untilNs);
    for (const [replica, { downSinceNs, stalledSinceNs, recovering }] of this.#replicas.entries()) {
      if (Number.isNaN(downSinceNs)) continue;
      if (recovering.length === 0) this.account.stalled(stalledSinceNs, untilNs, 1); // they have no answer
      this.#end(replica, untilNs);
    }
  }

  /** Processes everything before a strike at `atNs`, including what ends then. */
  #passBefore(atNs: number): void {
    while (true) {
      const entry = this.#agenda.next(atNs, ORDER.ended);
      if (entry === undefined) return;
      this.#handle(entry.event, entry.timeNs);
    }
  }

  #handle(event: CourseEvent, nowNs: number): void {
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
      const isTakenForUp = state.recovering.length === 0;
      if (Number.isNaN(state.downSinceNs)) {
        state.downSinceNs = atNs;
        state.stalledSinceNs = atNs;
        this.#stand(outage.replica, atNs);
      }
      if (isTakenForUp) this.#lookout.meet(outage, atNs);
      this.#lookout.watch(outage);
    }
  }

  /** Slows its replica down: no detector looks for that, and no reaction ends it. */
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

  /** Collectives go on or give up. */
  #settle(outage: LongOutage, nowNs: number): void {
    outage.settles = undefined;
    if (!outage.isOpen || this.#replicas[outage.replica]!.recovering.includes(outage)) return;
    if (!outage.fate!.gaveUp) this.#pass(outage, nowNs);
    else if (this.#fleet.scenario.communication!.fallback === "fail" && outage.detectedBy === undefined) this.#know(outage, nowNs, true);
  }

  #mend(outage: LongOutage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    for (const replica of this.#standBy.release(outage)) this.#react(replica, nowNs); // they may have waited for it
    if (outage.fate !== undefined || !outage.isOpen || state.recovering.includes(outage) || outage.fault.isGone) return;
    this.#pass(outage, nowNs);
  }

  /** Ends `outage`, which is over without a recovery. */
  #pass(outage: LongOutage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    this.#close(outage, nowNs);
    if (state.open.length === 0) this.account.stalled(state.stalledSinceNs, nowNs, 0);
    this.#resume(outage.replica, nowNs);
  }

  /** Records that the outage is known, from its detectors or because a collective reported it. */
  #know(outage: LongOutage, nowNs: number, isReported: boolean): void {
    const { health } = this.#fleet.scenario;
    const { replica } = outage;
    const state = this.#replicas[replica]!;
    if (isReported && outage.detection !== undefined) outage.detection.isOff = true;
    outage.detection = undefined;
    outage.detectedBy = isReported ? "communication" : this.#lookout.firstToSee(outage);
    outage.detectedNs = nowNs;
    this.account.known(outage);
    if (!lossPolicyOf(health!.onLoss).reacts) return;
    if (state.recovering.includes(outage) && state.reaction!.restarts) return; // the restart ends it too
    const wasClosed = state.recovering.length > 0;
    state.recovering = state.open.filter(({ isDelay }) => !isDelay);
    const reaction = this.#reactions.of(lostBy([...state.recovering, ...state.shrunk]));
    state.reaction = reaction;
    const cleared = reaction.restarts || isReported || health!.aborts === "replica" ? this.#groups : reaction.lostGroups;
    if (!wasClosed) this.account.stalled(state.stalledSinceNs, nowNs, health!.inFlight === "fail" ? cleared / this.#groups : 0);
    this.#stand(replica, nowNs);
    this.#react(replica, nowNs);
  }

  #react(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    const { shrinks, seconds } = state.reaction!;
    if (state.recovery !== undefined) state.recovery.isOff = true;
    state.recovery = undefined;
    if (!this.#standBy.equips(replica, shrinks ? [] : [...state.recovering, ...state.shrunk], nowNs)) return;
    state.recovery = this.#agenda.add(nowNs + nsFromSeconds(seconds), ORDER.recovered, { kind: "recovered", replica });
  }

  #recover(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    for (const outage of state.recovering) this.#close(outage, nowNs);
    const { scenario } = this.#fleet;
    const shrunk = state.reaction!.shrinks ? stillGone([...state.shrunk, ...state.recovering], scenario, nowNs) : [];
    for (const outage of shrunk) {
      const backNs = rejoinsNs(outage, scenario);
      if (state.shrunk.includes(outage) || backNs === Number.POSITIVE_INFINITY) continue;
      this.#agenda.add(backNs, ORDER.rejoined, { kind: "rejoined", replica });
    }
    state.recovery = undefined;
    state.recovering = [];
    state.shrunk = shrunk;
    state.stalledSinceNs = nowNs;
    reshape(state, this.#reactions);
    this.#resume(replica, nowNs);
  }

  #rejoin(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    state.shrunk = stillGone(state.shrunk, this.#fleet.scenario, nowNs);
    reshape(state, this.#reactions);
    this.#stand(replica, nowNs);
  }

  #close(outage: LongOutage, nowNs: number): void {
    const state = this.#replicas[outage.replica]!;
    outage.isOpen = false;
    outage.resumedNs = nowNs;
    state.open = state.open.filter((each) => each !== outage);
    this.#lookout.leave(outage);
  }

  /** Serves again, unless something else is broken: then it finds out. */
  #resume(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    if (state.open.length > 0) {
      for (const outage of state.recovering.length === 0 ? state.open : []) {
        this.#lookout.meet(outage, nowNs);
        this.#lookout.watch(outage);
      }
    } else {
      this.#end(replica, nowNs);
    }
    this.#stand(replica, nowNs);
  }

  /** Records that the replica is up again. */
  #end(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    this.account.down(state.downSinceNs, nowNs);
    state.downSinceNs = Number.NaN;
  }

  #stand(replica: number, nowNs: number): void {
    const state = this.#replicas[replica]!;
    this.account.stand(replica, nowNs, standing(state, this.#groups));
  }
}
